// Progressive enhancement only: every page works without this file.
(() => {
  "use strict";

  // A form is sent once: a second press while the first is under way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button && button.classList.contains("button")) {
      button.dataset.busy = "1";
      button.setAttribute("aria-disabled", "true");
    }
  });

  const release = (root) => {
    root.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    root.querySelectorAll("[data-busy]").forEach((button) => {
      delete button.dataset.busy;
      button.removeAttribute("aria-disabled");
    });
  };
  // Coming back with the browser's button shows the page as it was left: make it usable again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) release(document);
  });
  document.addEventListener("htmx:afterRequest", () => release(document));

  // One menu open at a time; Escape and a press elsewhere close it.
  const closeMenus = (except) =>
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A ready piece of text goes where the cursor stands; its following lines keep the indent.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const field = document.getElementById(button.dataset.insert);
    const before = field.value.slice(0, field.selectionStart);
    const indent = " ".repeat(before.length - before.lastIndexOf("\n") - 1);
    field.setRangeText(
      button.dataset.text.replaceAll("\n", `\n${indent}`),
      field.selectionStart,
      field.selectionEnd,
      "end",
    );
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  const size = (bytes, language) => {
    const inMegabytes = bytes >= 1048576;
    return new Intl.NumberFormat(language, {
      style: "unit",
      unit: inMegabytes ? "megabyte" : "kilobyte",
      maximumFractionDigits: inMegabytes ? 1 : 0,
    }).format(bytes / (inMegabytes ? 1048576 : 1024));
  };

  const enhance = (root) => {
    // Tables become cards on a phone, which takes their roles away in some browsers.
    root.querySelectorAll("table.list").forEach((table) => {
      table.setAttribute("role", "table");
      table.querySelectorAll("tr").forEach((row) => row.setAttribute("role", "row"));
      table.querySelectorAll("td").forEach((cell) => cell.setAttribute("role", "cell"));
      table.querySelectorAll("thead th").forEach((cell) => cell.setAttribute("role", "columnheader"));
      table.querySelectorAll("tbody th, tfoot th").forEach((cell) => cell.setAttribute("role", "rowheader"));
    });

    root.querySelectorAll(".dropzone:not(.enhanced)").forEach((zone) => {
      const input = zone.querySelector("input[type=file]");
      const chosen = zone.querySelector(".chosen");
      const language = document.documentElement.lang;
      zone.classList.add("enhanced");
      ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, () => zone.classList.add("over")));
      ["dragleave", "drop"].forEach((name) => zone.addEventListener(name, () => zone.classList.remove("over")));
      input.addEventListener("change", () => {
        const files = [...input.files];
        const limit = Number(zone.dataset.maxBytes || 0);
        const tooLarge = limit && files.some((file) => file.size > limit);
        chosen.classList.toggle("bad", Boolean(tooLarge));
        chosen.textContent = tooLarge
          ? zone.dataset.tooLarge
          : files.map((file) => `${file.name}, ${size(file.size, language)}`).join("; ");
        if (!tooLarge && files.length && zone.hasAttribute("data-submit")) input.form.requestSubmit();
      });
    });

    root.querySelectorAll("[data-copy]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        const announcements = document.getElementById("announcements");
        announcements.textContent = button.dataset.copied;
      });
    });

    root.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
  };

  // What the server refuses is said where it was asked for; the next answer takes it away.
  document.addEventListener("htmx:responseError", (event) => {
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const words = [".page-header .lead", ".page-header h1"]
      .map((selector) => answer.querySelector(selector)?.textContent.trim())
      .find(Boolean);
    if (!words) return;
    const note = document.createElement("p");
    note.className = "note bad refusal";
    note.setAttribute("role", "alert");
    const asked = event.detail.elt;
    (asked.closest(".actions") ?? asked).after(note);
    note.textContent = words;
    note.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("htmx:beforeRequest", () =>
    document.querySelectorAll(".refusal").forEach((note) => note.remove()),
  );

  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));

  // After a refused form the list of what to mend is read out and reached first.
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
  document.addEventListener("htmx:afterSettle", (event) => event.detail.elt.querySelector(".error-summary")?.focus());
})();
