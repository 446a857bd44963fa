// Search and copying. The page is whole without them.
const theme = localStorage.getItem("theme");
if (theme === "light" || theme === "dark") document.documentElement.classList.add(theme);

const search = document.getElementById("search");
const found = document.getElementById("found");
const entries = [...document.querySelectorAll("[data-search]")];
const groups = [...document.querySelectorAll("[data-group]")];

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const entry of entries) entry.hidden = !words.every((word) => entry.dataset.search.includes(word));
  for (const group of groups) group.hidden = !group.querySelector("[data-search]:not([hidden])");
  const count = entries.filter((entry) => !entry.hidden && entry.matches("article")).length;
  found.textContent = words.length ? (count === 1 ? "1 operation" : `${count} operations`) : "";
}

search.hidden = false;
search.addEventListener("input", filter);
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea");
  if (event.key === "/" && !typing) { event.preventDefault(); search.focus(); }
  if (event.key === "Escape" && typing) { search.value = ""; filter(); search.blur(); }
});

for (const block of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("code").textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  block.append(button);
}
