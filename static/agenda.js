// The agenda by dragging: a row let go elsewhere is saved there at once. Without this file there are Op and Ned.
(() => {
  "use strict";
  const form = document.querySelector("[data-agenda]");
  if (!form) return;
  const rows = () => [...form.querySelectorAll("[data-point]")];
  const order = () => rows().map((row) => row.id).join();
  let dragged = null;
  let before = "";

  form.querySelector("[data-drag-help]").hidden = false;
  for (const row of rows()) {
    row.querySelector("[data-handle]").hidden = false;
    row.draggable = true;
    /* In a field one marks text; that is not dragging the row. */
    row.addEventListener("pointerdown", (event) => {
      row.draggable = !event.target.closest("input, button, a");
    });
    row.addEventListener("dragstart", (event) => {
      [dragged, before] = [row, order()];
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
      row.classList.add("sf-dragged");
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      if (row === dragged) return;
      const { top, height } = row.getBoundingClientRect();
      row[event.clientY < top + height / 2 ? "before" : "after"](dragged);
    });
    row.addEventListener("drop", (event) => event.preventDefault());
    row.addEventListener("dragend", () => {
      row.classList.remove("sf-dragged");
      dragged = null;
      if (order() !== before) form.requestSubmit(form.querySelector("[data-save]"));
    });
  }
})();
