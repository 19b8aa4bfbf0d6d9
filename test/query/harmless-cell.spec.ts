import { harmlessCell } from '../../lib/query/export/harmless-cell.js';

it.each(['=1', '+1', '-a', '@a', '\t=1', '\r=1', '\n=1', '＝1', '−1+1'])('The cell %j is shown as a text', (text) => {
  expect(harmlessCell(text)).toBe(`'${text}`);
});

it.each(['a=1', '-1.5', ' a', ''])('The cell %j stays as it is', (text) => {
  expect(harmlessCell(text)).toBe(text);
});
