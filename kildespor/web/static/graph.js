// Lets the graph of a claim be looked at closely: larger, smaller, whole, moved by dragging; and offers it as PNG
// (png.js). Without this script the graph scrolls, and leads to its picture.
"use strict";
(() => {
  const { smaller, larger, whole, png } = document.currentScript.dataset;
  const LEAST = 0.15;
  const MOST = 4;
  const STEP = 1.25;

  const equip = (frame) => {
    const image = frame.querySelector("img");
    // By how much to enlarge; the point that is looked at stays where it is.
    const zoom = (by, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
      if (!image.naturalWidth) return;
      const before = image.clientWidth / image.naturalWidth;
      const scale = Math.max(LEAST, Math.min(MOST, before * by));
      const left = ((frame.scrollLeft + x) * scale) / before - x;
      const top = ((frame.scrollTop + y) * scale) / before - y;
      Object.assign(image.style, { width: image.naturalWidth * scale + "px", minWidth: "0", maxWidth: "none" });
      frame.scrollTo({ left, top, behavior: "instant" });
    };
    const fit = () => zoom(Math.min(image.naturalWidth, frame.clientWidth - 24) / image.clientWidth);
    const tools = document.createElement("p");
    tools.className = "zoom";
    const actions = [
      ["−", smaller, () => zoom(1 / STEP)],
      ["+", larger, () => zoom(STEP)],
      [whole, whole, fit],
      ["PNG", png, () => {}],
    ];
    for (const [sign, name, act] of actions) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      if (sign !== name) button.setAttribute("aria-label", name);
      if (name === png) button.dataset.png = image.src;
      button.addEventListener("click", act);
      tools.append(button);
    }
    frame.after(tools);
    frame.classList.add("zooms");

    frame.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const box = frame.getBoundingClientRect();
        zoom(event.deltaY < 0 ? STEP : 1 / STEP, event.clientX - box.left, event.clientY - box.top);
      },
      { passive: false },
    );
    let held = null;
    let moved = false;
    frame.addEventListener("dragstart", (event) => event.preventDefault());
    frame.addEventListener("pointerdown", (event) => {
      // A finger scrolls by itself.
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      held = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop];
      moved = false;
    });
    window.addEventListener("pointermove", (event) => {
      if (!held) return;
      const [left, top] = [held[0] - event.clientX, held[1] - event.clientY];
      moved ||= Math.abs(left - frame.scrollLeft) + Math.abs(top - frame.scrollTop) > 3;
      frame.scrollTo({ left, top, behavior: "instant" });
    });
    window.addEventListener("pointerup", () => {
      held = null;
    });
    frame.addEventListener("click", (event) => {
      if (moved) event.preventDefault();
    });
    frame.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+") zoom(STEP);
      else if (event.key === "-") zoom(1 / STEP);
      else if (event.key === "0") fit();
    });
  };
  for (const frame of document.querySelectorAll(".graph")) equip(frame);
})();
