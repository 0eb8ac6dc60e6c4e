// A click on an example hands its name to the server.

element.addEventListener("click", (event) => {
  const example = event.target.closest("button[data-name]");
  if (!example) return;
  props.value = example.dataset.name;
  trigger("input");
  element.closest(".workbench").querySelector(".answer").scrollIntoView({ block: "nearest", behavior: "smooth" }); // on a phone
});
