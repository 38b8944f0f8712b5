// Shows the card of the attribution that is pointed at or has the focus, and lights up its words in the text.
// Without this script the numbers are links to the cards, and the chain stands in a note drawn by the style sheet.
"use strict";
(() => {
  const text = document.getElementById("text");
  const roles = ["content", "source", "cue", "relay", "relay_cue", "addressee", "refers_to"];
  document.documentElement.classList.add("scripted");

  const show = (number) => {
    for (const lit of document.querySelectorAll(".lit")) {
      lit.classList.remove("lit", ...roles.map((role) => "as-" + role));
    }
    if (!number) return;
    document.getElementById("c" + number)?.classList.add("lit");
    document.getElementById("n" + number)?.classList.add("lit");
    for (const role of roles) {
      for (const words of text.querySelectorAll(`[data-roles~="${number}.${role}"]`)) {
        words.classList.add("lit", "as-" + role);
      }
    }
  };
  const pointedAt = (event) => event.target.closest("[data-number], [data-opens]");
  const numberOf = (element) => element?.dataset.number ?? element?.dataset.opens;
  const focused = () => document.activeElement?.dataset.number;

  text.addEventListener("mouseover", (event) => show(numberOf(pointedAt(event)) ?? focused()));
  text.addEventListener("mouseleave", () => show(focused()));
  text.addEventListener("focusin", (event) => show(numberOf(event.target)));
  text.addEventListener("focusout", () => show());
  text.addEventListener("click", (event) => {
    const number = numberOf(pointedAt(event));
    if (!number) return;
    event.preventDefault();
    document.getElementById("n" + number)?.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.activeElement?.blur();
  });
})();
