"use strict";
(function () {
  const say = document.createElement("p");
  say.className = "status";
  say.setAttribute("role", "status");
  document.body.append(say);

  async function copy(words) {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.value = words;
      area.className = "offscreen";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }

  for (const button of document.querySelectorAll("button.copy")) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const block = button.parentElement.querySelector("pre");
      const words = button.dataset.copy ?? block.textContent;
      const done = await copy(words);
      button.textContent = done ? "Copied" : "Not copied";
      say.textContent = button.textContent;
      button.focus();
      setTimeout(() => { button.textContent = label; say.textContent = ""; }, 2000);
    });
  }

  function show(hash) {
    const place = hash.length > 1 && document.getElementById(hash.slice(1));
    for (let one = place; one; one = one.parentElement) {
      if (one.tagName === "DETAILS") one.open = true;
    }
    if (place) place.scrollIntoView();
  }
  addEventListener("hashchange", () => show(location.hash));
  show(location.hash);

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details.start:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });

  const field = document.getElementById("find");
  if (field) {
    field.parentElement.hidden = false;
    const starts = [...document.querySelectorAll("details.start")];
    const texts = starts.map((one) => one.firstElementChild.textContent.toLowerCase());
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      starts.forEach((one, index) => {
        one.hidden = !words.every((word) => texts[index].includes(word));
        count += !one.hidden;
      });
      document.getElementById("found").textContent = words.length ? `${count} of ${starts.length}` : "";
    });
  }
})();
