const PAUSE_MS = 400;
const ASKED_WITH = ["title", "promise", "language", "idea"];

/** Show below the title what is published already and sounds alike; the server draws the list. */
export function alike(form, signal) {
  const box = form.querySelector("[data-alike]");
  let timer = 0;
  let asking = null;
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const body = JSON.stringify(Object.fromEntries(ASKED_WITH.map((name) => [name, form.elements[name].value])));
    const how = { method: "POST", headers: { "Content-Type": "application/json" }, body, signal: asking.signal };
    const answer = await fetch("/ideas/look-alikes", how).catch(() => null);
    // What cannot be asked just now leaves the list as it is: nothing that is typed depends on it.
    const html = answer?.ok ? (await answer.json().catch(() => null))?.html : undefined;
    if (html !== undefined && html !== box.innerHTML && !signal.aborted) box.innerHTML = html;
  };
  form.addEventListener("input", ({ target }) => {
    if (!ASKED_WITH.includes(target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  }, { signal });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    asking?.abort();
  });
}
