// Runs when the tab is first opened, since Gradio builds a tab's content then: asks for the report.
trigger("shown");
