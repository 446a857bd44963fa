const PAUSE_MS = 1000;
const AGAIN_MS = 5000;
// What a browser still sends of a page that is closed.
const LAST_WORDS = 60_000;

const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** A button with words. */
function button(words, look, press) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: `button ${look}`, textContent: words, onclick: press });
  return made;
}

/** Keep what stands in `form`, a second after the last key, and say when. Another window's words are never overwritten
 *  unseen: both choices are offered. */
export function keeping(form, signal) {
  const status = form.querySelector("[data-kept]");
  const conflict = form.querySelector("[data-conflict]");
  let timer = 0;
  let running = null;
  let dirty = false;

  const say = (words) => {
    status.textContent = words;
  };
  const content = () => {
    const { do: _, ...sent } = Object.fromEntries(new FormData(form));
    return sent;
  };
  const write = (more = {}, how = {}) =>
    fetch("/ideas/drafts", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...content(), ...more }), ...how });

  /** Two choices: what is here, or what is there. */
  const choose = (detail) => {
    const box = document.createElement("div");
    box.className = "notice";
    const words = document.createElement("div");
    words.append(Object.assign(document.createElement("strong"), { textContent: "This draft was changed in another window" }));
    words.append(Object.assign(document.createElement("p"), { textContent: "Nothing is lost: choose which of the two goes on." }));
    const choices = Object.assign(document.createElement("div"), { className: "row tight" });
    choices.append(
      button("Keep what is here", "lined", () => {
        conflict.replaceChildren();
        form.elements.revision.value = "";
        save();
      }),
      button("Show what is there", "quiet", () => location.reload()),
    );
    words.append(choices);
    box.append(words);
    conflict.replaceChildren(box);
    say(detail);
    conflict.scrollIntoView({ block: "nearest" });
  };

  const taken = (kept) => {
    form.elements.draft.value = kept.draft;
    form.elements.revision.value = kept.revision;
    say(`Saved ${clock(kept.kept_at)}`);
    if (form.elements.idea.value) return;
    // A reload, and another device by this address, find it again.
    history.replaceState(history.state, "", `/ideas/new?draft=${kept.draft}`);
  };

  const attempt = async () => {
    dirty = false;
    say("Saving…");
    const answer = await write().catch(() => null);
    const body = await answer?.json().catch(() => null);
    if (answer?.ok) return taken(body);
    if (body?.code === "draft_changed") return choose("Not saved");
    say(body?.detail ? `Not saved. ${body.detail}` : "Not saved: the server does not answer. Trying again.");
    if (!answer || answer.status >= 500) {
      dirty = true;
      timer = setTimeout(save, AGAIN_MS);
    }
  };
  /** Save now; one at a time, since each is made of the revision before it. */
  const save = () => {
    clearTimeout(timer);
    if (conflict.firstElementChild?.matches(".notice:not(.danger)")) return Promise.resolve();
    running = (running ?? Promise.resolve()).then(attempt).finally(() => {
      if (!dirty) running = null;
    });
    return running;
  };

  if (status.dataset.kept) say(`Saved ${clock(status.dataset.kept)}`);
  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  }, { signal });
  // The form itself carries everything; it only waits for a save that is on its way, whose revision it has to know.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!running) {
      event.submitter?.setAttribute("aria-busy", "true");
      return;
    }
    event.preventDefault();
    running.finally(() => form.requestSubmit(event.submitter));
  }, { signal });
  const flush = () => {
    if (!dirty || running) return;
    clearTimeout(timer);
    dirty = false;
    write({}, { keepalive: JSON.stringify(content()).length < LAST_WORDS }).catch(() => null);
  };
  addEventListener("pagehide", flush, { signal });
  return { flush };
}
