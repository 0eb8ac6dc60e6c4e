// Runs when the tab is first opened, since Gradio builds a tab's content then: asks for what is known of the data.
trigger("shown");
