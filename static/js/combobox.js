// Suggestions of the own catalogue while one types. Without this file the same entries are chosen
// on a page of their own.
//
// <input data-suggest="address" data-fill="materials-0-">: a chosen entry fills the fields whose
// names begin with `data-fill`.
(() => {
  "use strict";

  const PAUSE = 250;
  let count = 0;

  const close = (box) => {
    box.list.hidden = true;
    box.list.replaceChildren();
    box.active = -1;
    box.input.setAttribute("aria-expanded", "false");
    box.input.removeAttribute("aria-activedescendant");
  };

  const mark = (box, index) => {
    const options = [...box.list.children];
    if (!options.length) return;
    box.active = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === box.active)));
    options[box.active].scrollIntoView({ block: "nearest" });
    box.input.setAttribute("aria-activedescendant", options[box.active].id);
  };

  const fill = (box, entry) => {
    const form = box.input.form;
    const prefix = box.input.dataset.fill || "";
    Object.entries(entry.values).forEach(([name, value]) => {
      const field = form.elements[prefix + name];
      if (!field || field instanceof RadioNodeList) return;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    close(box);
    const next = form.elements[prefix + (box.input.dataset.then || "")];
    (next || box.input).focus();
  };

  const show = (box, entries) => {
    box.list.replaceChildren(
      ...entries.map((entry, at) => {
        const option = document.createElement("li");
        option.id = `${box.list.id}-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = entry.label;
        const detail = document.createElement("small");
        detail.textContent = entry.detail;
        option.append(detail);
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          fill(box, entry);
        });
        return option;
      }),
    );
    box.entries = entries;
    box.active = -1;
    box.list.hidden = !entries.length;
    box.input.setAttribute("aria-expanded", String(Boolean(entries.length)));
    const said = document.getElementById("announcements");
    if (entries.length) said.textContent = `${box.input.dataset.found} ${entries.length}`;
  };

  const ask = async (box) => {
    const text = box.input.value.trim();
    if (text.length < 2) return close(box);
    const address = `${box.input.dataset.suggest}?q=${encodeURIComponent(text)}`;
    try {
      const response = await fetch(address, { credentials: "same-origin" });
      const answer = await response.json();
      if (box.input.value.trim() === text && document.activeElement === box.input) show(box, answer.entries);
    } catch {
      close(box);
    }
  };

  const keys = {
    ArrowDown: (box) => mark(box, box.active + 1),
    ArrowUp: (box) => mark(box, box.active - 1),
    Escape: (box) => close(box),
    Enter: (box) => box.active >= 0 && fill(box, box.entries[box.active]),
  };

  const begin = (input) => {
    if (input.getAttribute("role") === "combobox") return;
    const list = document.createElement("ul");
    list.id = `suggestions-${(count += 1)}`;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.label);
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("autocomplete", "off");
    const box = { input, list, active: -1, entries: [], timer: 0 };
    input.addEventListener("input", (event) => {
      if (!event.isTrusted) return;
      window.clearTimeout(box.timer);
      box.timer = window.setTimeout(() => ask(box), PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      if (list.hidden || !(event.key in keys)) return;
      if (event.key === "Enter" && box.active < 0) return;
      event.preventDefault();
      keys[event.key](box);
    });
    input.addEventListener("blur", () => close(box));
  };

  const all = (root) => root.querySelectorAll("[data-suggest]").forEach(begin);
  all(document);
  document.addEventListener("htmx:load", (event) => all(event.detail.elt.parentElement || event.detail.elt));
})();
