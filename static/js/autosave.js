// Saves the forms of a draft as one goes. Progressive enhancement only: without this file every
// form is saved by its button, at the same address.
(() => {
  "use strict";

  const PAUSE = 1200;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 30000;
  const SELECTOR = "form[data-autosave]";

  let dirty = false;
  let running = null;
  let timer = 0;
  let retry = FIRST_RETRY;
  let resending = false;

  const current = () => document.querySelector(SELECTOR);

  const tell = (form, text, state, link) => {
    const line = form.querySelector(".save-state");
    line.dataset.state = state;
    const words = line.querySelector("[data-state]");
    if (words.textContent !== text) words.textContent = text;
    line.querySelector("a")?.remove();
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.url;
      anchor.textContent = link.text;
      line.append(" ", anchor);
    }
  };

  // The reason stands where the form itself would put it, and goes away with the mistake.
  const showErrors = (form, errors) => {
    form.querySelectorAll("ul[data-autosave-error]").forEach((list) => {
      if (!(list.dataset.autosaveError in errors)) {
        const input = document.getElementById(list.dataset.autosaveError);
        list.closest(".field")?.classList.remove("invalid");
        input?.removeAttribute("aria-invalid");
        list.remove();
      }
    });
    Object.entries(errors).forEach(([id, text]) => {
      const input = document.getElementById(id);
      const field = input?.closest(".field");
      // Nobody is interrupted in the field being typed in.
      if (!field || input === document.activeElement) return;
      let list = field.querySelector(".errorlist");
      if (!list) {
        list = document.createElement("ul");
        list.className = "errorlist";
        list.id = `${id}_error`;
        input.before(list);
      }
      list.dataset.autosaveError = id;
      list.replaceChildren(Object.assign(document.createElement("li"), { textContent: text }));
      field.classList.add("invalid");
      input.setAttribute("aria-invalid", "true");
      const described = new Set((input.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
      input.setAttribute("aria-describedby", [...described.add(list.id)].join(" "));
    });
  };

  const content = (form) => {
    const data = new FormData(form);
    [...data.entries()].forEach(([name, value]) => {
      if (value instanceof File || name === "choice" || name.startsWith("choice-")) data.delete(name);
    });
    data.set("autosave", "1");
    return new URLSearchParams(data);
  };

  const understood = (form, answer) => {
    const link = answer.link ? { url: answer.link, text: answer.link_text } : null;
    tell(form, answer.says, answer.state, link);
    showErrors(form, answer.errors || {});
    // A line that has just been made has an address of its own.
    if (answer.state === "saved" && answer.address && !form.hasAttribute("action")) {
      const made = new URL(answer.address, location.href);
      if (made.pathname !== location.pathname) history.replaceState(history.state, "", made);
    }
  };

  const later = (wait) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  };

  const send = async (form) => {
    const line = form.querySelector(".save-state");
    dirty = false;
    tell(form, line.dataset.saving, "saving");
    let response;
    try {
      response = await fetch(form.getAttribute("action") || location.href, {
        method: "POST",
        body: content(form),
        credentials: "same-origin",
        redirect: "manual",
      });
    } catch {
      dirty = true;
      tell(form, line.dataset.offline, "offline");
      later(retry);
      retry = Math.min(retry * 2, LAST_RETRY);
      return;
    }
    retry = FIRST_RETRY;
    if (response.type === "opaqueredirect" || response.status === 401) {
      dirty = true;
      tell(form, line.dataset.signedOut, "failed");
      later(LAST_RETRY);
    } else if ((response.headers.get("content-type") || "").includes("json")) {
      understood(form, await response.json());
    } else {
      dirty = true;
      tell(form, line.dataset.failed, "failed");
      if (response.status >= 500) later(LAST_RETRY);
    }
    if (dirty && response.ok) later(PAUSE);
  };

  const save = () => {
    window.clearTimeout(timer);
    const form = current();
    if (!form || !dirty || form.dataset.sent) return running;
    // One at a time: the next one carries whatever was typed meanwhile.
    running = running || send(form).finally(() => (running = null));
    return running;
  };

  const isTyped = (event) =>
    event.target.closest?.(SELECTOR) &&
    event.target.name &&
    event.target.type !== "file" &&
    !event.target.closest(".dispute");

  document.addEventListener("input", (event) => {
    if (!isTyped(event)) return;
    dirty = true;
    later(PAUSE);
  });
  // Leaving a field, and a press on a radio button or a box, save at once.
  document.addEventListener("change", (event) => {
    if (!isTyped(event)) return;
    dirty = true;
    save();
  });
  window.addEventListener("online", () => {
    retry = FIRST_RETRY;
    save();
  });

  // The button saves what the page holds now: an answer under way is waited for first.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches(SELECTOR) || resending) return;
      window.clearTimeout(timer);
      if (!running) {
        dirty = false;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      running.finally(() => {
        window.clearTimeout(timer);
        dirty = false;
        resending = true;
        form.requestSubmit(submitter);
        resending = false;
      });
    },
    true,
  );

  // Leaving the page by a link: what is typed goes along behind it.
  window.addEventListener("pagehide", () => {
    const form = current();
    if (!form || !dirty) return;
    fetch(form.getAttribute("action") || location.href, {
      method: "POST",
      body: content(form),
      credentials: "same-origin",
      keepalive: true,
    }).catch(() => {});
  });
  // Without a connection that cannot work: the browser asks before it drops anything.
  window.addEventListener("beforeunload", (event) => {
    if (dirty && current() && !navigator.onLine) event.preventDefault();
  });

  const begin = (root) => {
    root.querySelectorAll(`${SELECTOR} .save-state`).forEach((line) => {
      const words = line.querySelector("[data-state]");
      if (!line.dataset.state) words.textContent = line.dataset.scriptText;
    });
  };
  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
})();
