// The Palette keeps itself up to date: a small piece of the page is asked for again, and only put in when it changed.
"use strict";
const grid = document.getElementById("grille");
let last = "";
async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(grid.dataset.url, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return;
    const text = await answer.text();
    if (text !== last && !grid.contains(document.activeElement)) {
      grid.innerHTML = text; // our own page, escaped by the server's templates
      last = text;
    }
  } catch (error) {
    // The server is away for a moment; what is shown stays, and the next try comes soon.
  }
}
setInterval(refresh, 5000);
