const PAUSE_MS = 300;

/** Write into the preview what is typed: lines as they are, Markdown as the server makes safe HTML of it. */
export function previewing(box, form, signal) {
  const timers = new Map();
  const show = (part, text, html) => {
    const section = part.closest("section[hidden], section.stack");
    if (section) section.hidden = !text.trim();
    if (html === undefined) (part.querySelector("p") ?? part).textContent = text || part.dataset.empty || "";
    else part.innerHTML = html;
  };
  const render = async (part, field) => {
    const text = field.value;
    const answer = await fetch("/ideas/preview", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text }), signal }).catch(() => null);
    if (answer?.ok && field.value === text) show(part, text, (await answer.json()).html);
  };
  form.addEventListener("input", ({ target }) => {
    const part = target.name && box.querySelector(`[data-preview="${target.name}"]`);
    if (!part) return;
    if (part.dataset.kind !== "markdown") return show(part, target.value);
    clearTimeout(timers.get(target.name));
    timers.set(target.name, setTimeout(render, PAUSE_MS, part, target));
  }, { signal });
}

const dollars = (cents) => (cents % 100 ? `$${(cents / 100).toFixed(2)}` : `$${cents / 100}`);

/** Show the slider beside the price, let the two follow each other, and say what the author gets. */
export function pricing(form, signal) {
  const [number, slider] = form.querySelectorAll("[data-price] input");
  const share = form.querySelector("[data-share]");
  const tell = () => {
    const cents = Math.round(Number(number.value) * 100);
    // As services/purchases.py splits it: 10 %, half up, a cent at least.
    const author = cents - Math.max(1, Math.floor((cents + 5) / 10));
    share.textContent = cents >= 100 && cents <= 1000 ? `${dollars(cents)}, of which you get ${dollars(author)}.` : "An idea costs from $1 to $10.";
  };
  slider.hidden = false;
  slider.addEventListener("input", () => {
    number.value = slider.value;
    tell();
  }, { signal });
  number.addEventListener("input", () => {
    slider.value = number.value;
    tell();
  }, { signal });
  tell();
}
