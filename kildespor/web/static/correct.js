// Lets words be selected in the text, by pointer or keyboard, and put into the fields of the form with their place; and
// lets the list be gone through by keys. Without this script the words are typed, and the buttons do the rest.
"use strict";
(() => {
  const text = document.getElementById("text");
  const form = document.getElementById("form");
  const list = document.getElementById("all");
  const bar = document.querySelector(".take");
  const also = bar.querySelector("input");
  const heard = document.getElementById("heard");
  const ofField = bar.querySelector('[data-into="field"]');
  document.documentElement.classList.add("scripted");
  text.tabIndex = 0;
  text.setAttribute("role", "group");
  text.setAttribute("aria-label", form.dataset.text);

  // Python counts characters, scripts halves of them.
  const whole = text.textContent;
  const counted = (units) => [...whole.slice(0, units)].length;
  const units = (characters) => [...whole].slice(0, characters).join("").length;
  const nodes = [];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let passed = 0;
  while (walker.nextNode()) {
    nodes.push([passed, walker.currentNode]);
    passed += walker.currentNode.length;
  }
  const unitOf = (node, offset) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    range.setEnd(node, offset);
    return range.toString().length;
  };
  const rangeOf = (start, end) => {
    const range = document.createRange();
    for (const [from, node] of nodes) {
      if (from <= start && start < from + node.length) range.setStart(node, start - from);
      if (from < end && end <= from + node.length) range.setEnd(node, end - from);
    }
    return range;
  };
  const spansOf = (field) =>
    [...document.getElementById(field.name + "_at").value.matchAll(/(\d+)\s*[-–]\s*(\d+)/g)].map((m) => [+m[1], +m[2]]);

  // The field that words go into, and what it holds, shown in the text.
  let active = null;
  const light = (name, field) => {
    if (!CSS.highlights) return;
    const ranges = field ? spansOf(field).map(([start, end]) => rangeOf(units(start), units(end))) : [];
    CSS.highlights.set(name, new Highlight(...ranges));
  };
  const show = () => {
    light("content", form.elements.content);
    light("field", active && active.name !== "content" ? active : null);
  };
  form.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-span]")) return;
    active?.parentElement.classList.remove("active");
    active = event.target;
    active.parentElement.classList.add("active");
    show();
  });

  // What is selected: from one unit of the text to another, without the space around it.
  let chosen = null;
  const hideBar = () => {
    bar.hidden = true;
    chosen = null;
  };
  const offer = () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return hideBar();
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return hideBar();
    let start = unitOf(range.startContainer, range.startOffset);
    let end = unitOf(range.endContainer, range.endOffset);
    while (start < end && /\s/.test(whole[start])) start += 1;
    while (start < end && /\s/.test(whole[end - 1])) end -= 1;
    if (start === end) return hideBar();
    chosen = [start, end];
    const known = ["content", "source", "cue", "relay_0_source"];
    ofField.hidden = !active || known.includes(active.name);
    if (!ofField.hidden) ofField.textContent = active.parentElement.querySelector("label").textContent;
    bar.hidden = false;
    bar.style.cssText = "";
    if (matchMedia("(min-width: 62rem)").matches) {
      const frame = bar.offsetParent.getBoundingClientRect();
      const box = range.getBoundingClientRect();
      const below = Math.min(box.bottom + 8, innerHeight - bar.offsetHeight - 12);
      bar.style.top = below - frame.top + "px";
      bar.style.left = text.getBoundingClientRect().left - frame.left + "px";
    }
  };
  const put = (field, [start, end], adding) => {
    const at = document.getElementById(field.name + "_at");
    const before = adding ? spansOf(field) : [];
    const spans = [...before, [counted(start), counted(end)]].sort((a, b) => a[0] - b[0]);
    const said = ([from, to]) => whole.slice(units(from), units(to)).split(/\s+/).join(" ");
    const apart = (a, b) => whole.slice(units(a[1]), units(b[0])).trim() !== "";
    field.value = spans.map((span, n) => (n ? (apart(spans[n - 1], span) ? " … " : " ") : "") + said(span)).join("");
    at.value = spans.map(([from, to]) => `${from}–${to}`).join(", ");
  };
  const firstFree = () => {
    const fields = [...form.querySelectorAll('[id^="relay_"][id$="_source"]')];
    return fields.find((field) => field === active) ?? fields.find((field) => !field.value) ?? fields.at(-1);
  };
  const take = (into) => {
    if (!chosen) return;
    const field = into === "relay" ? firstFree() : into === "field" ? active : form.elements[into];
    put(field, chosen, also.checked);
    for (let hidden = field.closest("details"); hidden; hidden = hidden.parentElement.closest("details")) hidden.open = true;
    // A new source or relay is who its words say, until somebody says otherwise.
    const who = into === "source" ? form.elements.entity : into === "relay" ? form.elements[field.name.replace("_source", "_entity")] : null;
    if (who && !also.checked) who.value = field.value;
    if (into === "content") {
      form.elements.kind.value = /^[–—«“"»]/.test(field.value) || /[–—]\s?$|[«“"»]$/.test(whole.slice(0, chosen[0])) ? "direct" : "indirect";
    }
    const label = field.parentElement.querySelector("label").textContent;
    heard.textContent = `${label}: ${field.value}`;
    also.checked = false;
    if (active !== field) active?.parentElement.classList.remove("active");
    active = field;
    active.parentElement.classList.add("active");
    field.scrollIntoView({ block: "nearest" });
    hideBar();
    show();
    text.focus({ preventScroll: true });
  };
  for (const button of bar.querySelectorAll("button")) {
    button.addEventListener("click", () => take(button.dataset.into));
  }
  document.addEventListener("pointerup", (event) => {
    if (!bar.contains(event.target) && !form.contains(event.target)) setTimeout(offer);
  });
  document.addEventListener("selectionchange", () => {
    // On a touch screen the handles of a selection are moved without any event of a pointer.
    if (matchMedia("(pointer: coarse)").matches) offer();
  });

  // By keyboard: word by word with the arrows to the side, sentence by sentence with those up and down.
  const words = [...whole.matchAll(/\S+/g)].map((m) => [m.index, m.index + m[0].length]);
  const opens = words.map(([start], n) => n === 0 || /[.!?:»”]\s*$|\n\s*$/.test(whole.slice(words[n - 1][0], start)));
  let from = -1;
  let to = -1;
  const step = (n, key) => {
    if (key === "ArrowRight") return n + 1;
    if (key === "ArrowLeft") return n - 1;
    const way = key === "ArrowDown" ? 1 : -1;
    let next = n + way;
    while (next > 0 && next < words.length && !opens[next]) next += way;
    return next;
  };
  const select = () => {
    const range = rangeOf(words[Math.min(from, to)][0], words[Math.max(from, to)][1]);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    (range.endContainer.parentElement ?? text).scrollIntoView({ block: "nearest" });
    heard.textContent = range.toString();
    offer();
  };
  text.addEventListener("pointerdown", () => {
    from = to = -1;
  });
  text.addEventListener("keydown", (event) => {
    if (event.target !== text || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && chosen) {
      event.preventDefault();
      bar.querySelector("button:not([hidden])").focus();
    } else if (event.key.startsWith("Arrow") && words.length) {
      event.preventDefault();
      if (from < 0) {
        const start = form.elements.content.value ? spansOf(form.elements.content)[0]?.[0] : undefined;
        const near = chosen?.[0] ?? (start === undefined ? 0 : units(start));
        from = to = Math.max(0, words.findIndex(([, end]) => end > near));
      } else {
        to = Math.max(0, Math.min(words.length - 1, step(to, event.key)));
        if (!event.shiftKey) from = to;
      }
      select();
    }
  });
  bar.addEventListener("keydown", (event) => {
    const buttons = [...bar.querySelectorAll("button:not([hidden])")];
    const at = buttons.indexOf(document.activeElement);
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (way && at >= 0) buttons[(at + way + buttons.length) % buttons.length].focus();
  });

  // The list, by keys that count only while one of its entries has the focus.
  const entries = [...list.querySelectorAll("ol > li")];
  list.addEventListener("keydown", (event) => {
    const entry = event.target.closest("ol > li");
    if (!entry || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const press = { a: "accept", r: "reject" }[event.key.toLowerCase()];
    if (way) {
      event.preventDefault();
      entries[entries.indexOf(entry) + way]?.focus();
    } else if (press) {
      entry.querySelector(`button[value="${press}"]`).click();
    } else if (event.key.toLowerCase() === "e") {
      entry.querySelector(".edit").click();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !bar.hidden) {
      getSelection().removeAllRanges();
      hideBar();
      text.focus({ preventScroll: true });
    } else if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.target.matches("textarea, input")) {
      const undo = document.querySelector(".undo button");
      if (!undo) return;
      event.preventDefault();
      undo.click();
    }
  });
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target && list.contains(target)) target.focus({ preventScroll: true });
  show();
})();
