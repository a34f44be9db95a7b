// Live numbers, tips on charts, copied links. Every page works without it.
"use strict";
(() => {
  const body = document.body, page = body.dataset.stream;

  // Tips: the title of the slot under the pointer, at once and beside it.
  let tip = null;
  document.addEventListener("pointermove", event => {
    const mark = event.target, chart = mark.closest ? mark.closest(".chart") : null;
    const title = chart && mark.querySelector(":scope > title");
    if (title) { mark.dataset.tip = title.textContent; title.remove(); }
    if (!chart || !mark.dataset.tip) { if (tip) tip.hidden = true; return; }
    if (!tip || tip.parentNode !== chart) {
      if (tip) tip.remove();
      tip = chart.appendChild(document.createElement("div")); tip.className = "tip";
    }
    tip.hidden = false;
    tip.textContent = mark.dataset.tip;
    const frame = chart.getBoundingClientRect(), x = event.clientX - frame.left, y = event.clientY - frame.top;
    tip.style.left = `${Math.max(0, Math.min(x + 14, frame.width - tip.offsetWidth))}px`;
    tip.style.top = `${Math.max(0, y - tip.offsetHeight - 10)}px`;
  });

  // Where one is, in a navigation that is wider than the window.
  const here = document.querySelector("nav.sections [aria-current]");
  if (here) here.parentNode.scrollLeft = here.offsetLeft - here.parentNode.clientWidth / 2;

  // The link of what is shown now, to send to somebody.
  const frozen = document.getElementById("frozen");
  if (frozen && navigator.clipboard) {
    const copy = document.createElement("button");
    copy.className = "quiet"; copy.type = "button"; copy.textContent = "Copy link";
    copy.addEventListener("click", () => navigator.clipboard.writeText(frozen.href).then(() => { copy.textContent = "Copied"; }));
    frozen.after(" ", copy);
  }

  // Filters that were left empty stay out of the address.
  for (const form of document.querySelectorAll("form.filters")) {
    form.addEventListener("submit", () => {
      for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    });
  }
  addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form.filters [disabled]")) field.disabled = false;
  });

  if (!page || !window.EventSource) return;
  let stream = null, failures = 0, timer = 0, paused = false;
  const state = document.getElementById("state");
  const button = document.createElement("button");
  button.className = "quiet"; button.type = "button"; button.textContent = "Pause";
  state.append(button);

  const announce = ({ text }) => {
    const link = document.getElementById("new");
    if (link) { link.textContent = text; link.hidden = false; }
  };
  const show = values => {
    if (values.parts) replace(values.parts);
    if (values.new) announce(values.new);
    for (const field of document.querySelectorAll("[data-live]")) {
      const text = values[field.dataset.live];
      if (text === undefined || text === field.textContent) continue;
      if (field.dataset.live === "state") {
        field.previousElementSibling.className = "dot " + (values.good === "1" ? "good" : "bad");
      }
      if (field.tagName === "TIME" && values.as_of_utc) {
        field.dateTime = values.as_of_utc;
        field.title = values.as_of_title;
      } else if (field.tagName === "path") { field.setAttribute("d", text); continue; }
      field.textContent = text;
      if (field.closest(".big")) { field.classList.remove("fresh"); void field.offsetWidth; field.classList.add("fresh"); }
    }
  };
  // Pieces come as the server wrote them for the page; what has the focus stays.
  const shown = {};
  const replace = parts => {
    for (const field of document.querySelectorAll("[data-part]")) {
      const name = field.dataset.part, html = parts[name];
      if (html === undefined || shown[name] === html || field.contains(document.activeElement)) continue;
      field.innerHTML = shown[name] = html;
    }
  };
  const offline = () => show({ state: `Offline since ${new Date().toISOString().slice(11, 19)} UTC`, good: "0" });
  const close = () => { if (stream) stream.close(); stream = null; clearTimeout(timer); };
  // What a list counts from is in its address, or in the page.
  const query = new URLSearchParams(location.search);
  query.set("page", page);
  if (body.dataset.mark && !query.has("mark")) query.set("mark", body.dataset.mark);
  const url = kind => `/telemetry/live/${kind}?${query}`;
  const poll = () => {
    fetch(url("values"), { credentials: "same-origin" })
      .then(answer => {
        // Signed out meanwhile, or the daemon has begun anew: the page itself leads to the login.
        if (answer.status === 401) location.reload();
        return answer.ok ? answer.json() : Promise.reject(answer.status);
      })
      .then(values => { show(values); failures = 0; timer = setTimeout(open, 5000); })
      .catch(() => { offline(); timer = setTimeout(poll, 30000); });
  };
  const open = () => {
    close();
    if (paused || document.hidden) return;
    stream = new EventSource(url("stream"));
    stream.addEventListener("values", event => { failures = 0; show(JSON.parse(event.data)); });
    stream.addEventListener("new", event => announce(JSON.parse(event.data)));
    stream.addEventListener("bye", () => { close(); location.reload(); });
    stream.onerror = () => {
      // It was answered, and refused, since there are too many streams or nobody is signed in: values come one by one, or say why.
      if (stream && stream.readyState === EventSource.CLOSED) { close(); poll(); return; }
      failures += 1;
      if (failures === 1) offline();
      if (failures >= 3) { close(); timer = setTimeout(poll, 30000); }
    };
  };
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Go on" : "Pause";
    open();
  });
  document.addEventListener("visibilitychange", open);
  addEventListener("pagehide", close);
  // Who only passes through lists opens no streams.
  timer = setTimeout(open, body.dataset.mark ? 3000 : 0);
})();
