// Shows beside the text the card of the statement or source that is pointed at, touched or has the focus, and lights
// up its words. Without this script the numbers lead to the list of all cards, and the sources to their list.
"use strict";
(() => {
  const main = document.querySelector("main");
  const margin = document.querySelector(".margin");
  const roles = ["content", "source", "cue", "relay", "relay_cue", "addressee", "refers_to"];
  const wide = window.matchMedia("(min-width: 62rem)");
  const LINGER = 180;
  document.documentElement.classList.add("scripted");

  const float = document.createElement("div");
  float.className = "float";
  float.hidden = true;
  float.tabIndex = -1;
  float.setAttribute("role", "group");
  main.append(float);
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", document.querySelector(".story").dataset.close);

  let pinned = false;
  let opener = null;
  let returning = false;
  let leaving = 0;

  const dim = () => {
    for (const lit of document.querySelectorAll(".lit")) {
      lit.classList.remove("lit", "is-who", "is-own", ...roles.map((role) => "as-" + role));
    }
  };
  const light = (number) => {
    document.getElementById("n" + number)?.classList.add("lit");
    for (const role of roles) {
      for (const words of document.querySelectorAll(`.text [data-roles~="${number}.${role}"]`)) {
        words.classList.add("lit", "as-" + role);
      }
    }
  };
  const lightWho = (who) => {
    for (const words of document.querySelectorAll(".text [data-who]")) {
      if (words.dataset.who === who) words.classList.add("lit", "is-who");
    }
  };
  const lightOwn = (statement) => {
    for (const words of document.querySelectorAll(".text [data-own]:not(.voice)")) {
      if (words.dataset.own === statement) words.classList.add("lit", "is-own");
    }
  };
  const hide = () => {
    clearTimeout(leaving);
    dim();
    float.hidden = true;
    pinned = false;
    opener = null;
  };
  // Gives the focus back to what had it, without opening its card anew.
  const goBack = (to) => {
    returning = true;
    to?.focus?.({ preventScroll: true });
    returning = false;
  };
  const place = (at) => {
    if (!wide.matches) {
      float.style.cssText = "";
      return;
    }
    const frame = main.getBoundingClientRect();
    const column = margin.getBoundingClientRect();
    const line = at.getClientRects()[0] ?? at.getBoundingClientRect();
    const lowest = window.innerHeight - float.offsetHeight - 16;
    const top = Math.max(12, Math.min(line.top - 6, lowest));
    float.style.left = column.left - frame.left + "px";
    float.style.width = column.width + "px";
    float.style.top = top - frame.top + "px";
  };
  const show = (card, at) => {
    clearTimeout(leaving);
    const copy = card.cloneNode(true);
    copy.removeAttribute("id");
    for (const details of copy.querySelectorAll("details")) details.open = true;
    float.className = "float " + [...card.classList].filter((name) => name !== "card" && name !== "speaker").join(" ");
    float.classList.toggle("pinned", pinned);
    const list = document.createElement("ul");
    list.append(copy);
    float.replaceChildren(close, list);
    float.hidden = false;
    opener = at;
    dim();
    place(at);
  };
  const open = (element) => {
    const { who, number, opens, to, own } = element.dataset;
    if (who !== undefined) {
      const card = document.getElementById(who);
      if (!card) return false;
      show(card, element);
      lightWho(who);
      return true;
    }
    if (own !== undefined) {
      show(document.getElementById("own"), element);
      lightOwn(own);
      return true;
    }
    const n = number ?? opens ?? to;
    const card = document.getElementById("c" + n);
    if (!card) return false;
    show(card, element);
    light(n);
    return true;
  };
  const marked = (event) => event.target.closest?.("[data-who], [data-number], [data-opens], [data-to], [data-own]");
  const goTo = (element) => {
    const n = element.dataset.to;
    const target = document.getElementById("n" + n);
    if (!target) return;
    pinned = false;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
    open(target);
  };

  for (const text of document.querySelectorAll(".text")) {
    text.addEventListener("mouseover", (event) => {
      const element = marked(event);
      if (pinned) return;
      if (element) open(element);
      else leave();
    });
    text.addEventListener("mouseleave", () => leave());
    text.addEventListener("focusin", (event) => {
      if (returning) return;
      pinned = false;
      if (event.target.matches(":focus-visible") && marked(event)) open(event.target);
    });
    text.addEventListener("focusout", () => leave());
  }
  const leave = () => {
    clearTimeout(leaving);
    if (!pinned) leaving = setTimeout(hide, LINGER);
  };
  float.addEventListener("mouseenter", () => clearTimeout(leaving));
  float.addEventListener("mouseleave", () => leave());
  float.addEventListener("focusin", () => clearTimeout(leaving));

  document.addEventListener("click", (event) => {
    if (event.target === close) {
      const back = opener;
      hide();
      goBack(back);
      return;
    }
    const element = marked(event);
    if (!element) {
      if (!float.contains(event.target)) hide();
      return;
    }
    event.preventDefault();
    if (element.dataset.to !== undefined) {
      goTo(element);
      return;
    }
    const inFloat = float.contains(element);
    const at = inFloat && opener ? opener : element;
    pinned = true;
    if (!open(element)) return;
    if (inFloat) place(at);
    opener = at;
    float.classList.add("pinned");
    // A click that the keyboard made carries no pointer.
    if (event.detail === 0) float.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || float.hidden) return;
    const back = float.contains(document.activeElement) ? opener : null;
    hide();
    goBack(back);
  });
  window.addEventListener("resize", hide);
})();
