'use strict';

/** Compares two cells: numbers by size, text by letters, cells without a value last. */
function compareCells(first, second, sign) {
  if (first === '' || second === '') {
    return (first === '') - (second === '');
  }
  const [a, b] = [Number(first), Number(second)];
  const order = Number.isNaN(a) || Number.isNaN(b) ? first.localeCompare(second) : a - b;
  return sign * order;
}

/** Sorts a table by a column; a second time, the other way round. */
function sortTable(table, head) {
  const column = Number(head.dataset.column);
  const other = { ascending: 'descending', descending: 'ascending' };
  const order = other[head.getAttribute('aria-sort')] ?? head.dataset.first;
  const sign = order === 'ascending' ? 1 : -1;
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => compareCells(a.cells[column].dataset.value, b.cells[column].dataset.value, sign));
  table.tBodies[0].append(...rows);
  for (const known of table.querySelectorAll('[aria-sort]')) {
    known.setAttribute('aria-sort', known === head ? order : 'none');
  }
}

/** Lets the second column of names stand still beside the first. */
function placeSecondNames(table) {
  table.style.setProperty('--second', `${table.rows[0].cells[0].offsetWidth}px`);
}

for (const table of document.querySelectorAll('table.results')) {
  placeSecondNames(table);
  window.addEventListener('resize', () => placeSecondNames(table));
  for (const head of table.querySelectorAll('[data-column]')) {
    head.querySelector('button').addEventListener('click', () => sortTable(table, head));
  }
}

window.addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) {
    details.open = true;
  }
});
