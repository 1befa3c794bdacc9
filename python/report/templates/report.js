// Draws the charts, filters by segment, and looks customers up. Everything it needs is in the page.
(function () {
  "use strict";

  const data = JSON.parse(document.getElementById("report-data").textContent);
  const views = [];
  const rowsAtFirst = 25;
  // Columns of a customer.
  const [ID, SEGMENT, RECENCY, FREQUENCY, MONETARY, COUNTRY, RULE, CONFIDENCE, REASON, STEP] = Array(10).keys();
  const numbers = new Set([RECENCY, FREQUENCY, MONETARY, CONFIDENCE]);

  let chosen = 0;
  let wanted = "";
  let sortedBy = MONETARY;
  let isAscending = false;
  let nShown = rowsAtFirst;

  function thousands(digits) {
    const [whole, pennies] = digits.replace("-", "\u2212").split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return pennies === undefined ? grouped : grouped + "." + pennies;
  }

  function shown(customer, column) {
    const value = customer[column];
    if (value === null) return "\u2013";
    if (column === SEGMENT) return data.segments[value];
    if (column === MONETARY) {
      const text = thousands(value);
      return text.startsWith("\u2212") ? "\u2212" + data.currency + text.slice(1) : data.currency + text;
    }
    if (column === CONFIDENCE) return value.toFixed(2);
    return numbers.has(column) ? thousands(String(value)) : value;
  }

  function compare(a, b) {
    const [first, second] = [a[sortedBy], b[sortedBy]];
    if (first === null || second === null) return (first === null) - (second === null);
    let order;
    if (numbers.has(sortedBy)) order = Number(first) - Number(second);
    else order = shown(a, sortedBy) < shown(b, sortedBy) ? -1 : Number(shown(a, sortedBy) > shown(b, sortedBy));
    return isAscending ? order : -order;
  }

  function showCustomers() {
    const body = document.querySelector("#customer-table tbody");
    if (!body) return;
    const found = data.customers
      .filter((customer) => chosen === 0 || customer[SEGMENT] === chosen)
      .filter((customer) => String(customer[ID]).toLowerCase().includes(wanted))
      .sort(compare);
    body.replaceChildren(
      ...found.slice(0, nShown).map((customer) => {
        const row = document.createElement("tr");
        for (let column = ID; column <= STEP; column += 1) {
          const cell = document.createElement("td");
          const text = document.createElement("bdi");
          text.textContent = shown(customer, column);
          if (numbers.has(column)) cell.className = "n";
          else text.className = "name";
          if (column === REASON || column === STEP) cell.className = "words";
          if (column === SEGMENT) {
            const dot = document.createElement("span");
            dot.className = "swatch";
            dot.style.background = data.colours[customer[SEGMENT]];
            cell.append(dot);
          }
          cell.append(text);
          row.append(cell);
        }
        return row;
      }),
    );
    const n = Math.min(nShown, found.length);
    document.getElementById("n-customers").textContent =
      thousands(String(n)) + " of " + thousands(String(found.length)) + " shown";
    document.getElementById("more").hidden = found.length <= nShown;
  }

  function choose(segment) {
    chosen = segment;
    nShown = rowsAtFirst;
    for (const view of views) view.signal("segment", segment).runAsync();
    for (const part of document.querySelectorAll("[data-segment]")) {
      part.hidden = segment !== 0 && Number(part.dataset.segment) !== segment;
    }
    for (const choice of document.querySelectorAll("input[name=segment]")) {
      choice.checked = Number(choice.value) === segment;
    }
    document.getElementById("filter-status").textContent =
      "Showing " + (segment === 0 ? "all segments" : data.segments[segment]);
    showCustomers();
  }

  // Narrower labels, and one entry of a legend below the other.
  function narrowed(config) {
    const copy = structuredClone(config);
    copy.axis.labelLimit = 112;
    copy.legend.columns = 1;
    for (const param of copy.params) if (param.name === "is_narrow") param.value = true;
    return copy;
  }

  function draw() {
    for (const [name, specification] of Object.entries(data.charts)) {
      const place = document.getElementById("chart-" + name);
      const isNarrow = place.clientWidth < 480;
      // The expression interpreter needs no code made from text, which the page's security policy forbids.
      const settings = {
        actions: false,
        renderer: "svg",
        ast: true,
        config: isNarrow ? narrowed(data.config) : data.config,
      };
      vegaEmbed(place, specification, settings).then((result) => {
        views.push(result.view);
        result.view.signal("segment", chosen).runAsync();
        // A click on a mark chooses its segment, a second one all of them.
        result.view.addEventListener("click", (event, item) => {
          const segment = item && item.datum && item.datum.segment;
          if (segment) choose(segment === chosen ? 0 : segment);
        });
        document.documentElement.dataset.drawn = String(views.length);
      });
    }
  }

  for (const choice of document.querySelectorAll("input[name=segment]")) {
    choice.addEventListener("change", () => choose(Number(choice.value)));
  }
  for (const button of document.querySelectorAll("#customer-table button")) {
    button.addEventListener("click", () => {
      const column = Number(button.dataset.column);
      isAscending = column === sortedBy ? !isAscending : !numbers.has(column);
      sortedBy = column;
      for (const head of document.querySelectorAll("#customer-table th")) head.removeAttribute("aria-sort");
      button.parentElement.setAttribute("aria-sort", isAscending ? "ascending" : "descending");
      showCustomers();
    });
  }
  const lookUp = document.getElementById("look-up");
  if (lookUp) {
    lookUp.addEventListener("input", () => {
      wanted = lookUp.value.trim().toLowerCase();
      nShown = rowsAtFirst;
      showCustomers();
    });
    document.getElementById("more").addEventListener("click", () => {
      nShown += 100;
      showCustomers();
    });
  }
  showCustomers();
  draw();
})();
