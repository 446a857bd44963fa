// One step less with a script.
"use strict";

// What changes the sum is worked out at once.
for (const part of document.querySelectorAll("[data-send-on-change]")) {
  const button = part.querySelector("[data-send]");
  button.hidden = true;
  part.addEventListener("change", () => button.form.requestSubmit(button));
}
