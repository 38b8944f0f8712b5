// Takes a file that is dropped, shows its name, says that reading is under way, and sends with Ctrl+Enter. The form works without it.
"use strict";
(() => {
  const form = document.querySelector(".ask");
  const box = form.querySelector(".box");
  const file = document.getElementById("file");
  const text = document.getElementById("text");
  const button = form.querySelector("button.main");
  const chosen = form.querySelector("output");
  const label = button.textContent;
  document.documentElement.classList.add("scripted");

  const holdsFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    box.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) box.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    box.classList.remove("over");
    file.files = event.dataTransfer.files;
    form.requestSubmit(button);
  });
  file.addEventListener("change", () => {
    chosen.textContent = file.files[0]?.name ?? "";
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(button);
  });
  form.addEventListener("submit", () => {
    button.disabled = true;
    button.textContent = button.dataset.busy;
  });
  // A page that the browser kept comes back as it was left.
  window.addEventListener("pageshow", () => {
    button.disabled = false;
    button.textContent = label;
    chosen.textContent = file.files[0]?.name ?? "";
  });
})();
