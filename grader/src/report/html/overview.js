"use strict";
(() => {
  const table = document.getElementById("results");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const find = document.getElementById("find");
  const verdict = document.getElementById("verdict");
  const shown = document.getElementById("shown");
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits = (!verdict.value || row.dataset.verdict === verdict.value) &&
        words.every((word) => texts.get(row).includes(word));
      row.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = count + " of " + rows.length;
  };
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
      const keyed = rows.map((row) => [key(row), row]);
      keyed.sort((a, b) => (up ? 1 : -1) * compare(a[0], b[0]));
      // Moved while they are not on the page: the browser lays the table out once.
      body.remove();
      body.append(...keyed.map((pair) => pair[1]));
      table.append(body);
    });
  });
  find.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
  document.querySelector(".tools").hidden = false;
  filter();
})();
