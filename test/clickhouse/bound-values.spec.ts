import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { CLICKHOUSE } from '../../lib/clickhouse/reading/dialect.js';
import { describeClickHouse, dropDatabase, openClickHouse } from './engine.js';

type Value = string | number | null;

describeClickHouse('The values of a statement', () => {
  let clickHouse: ClickHouse;

  beforeAll(async () => {
    clickHouse = await openClickHouse();
  });

  afterAll(() => dropDatabase(clickHouse));

  async function echoed(values: readonly Value[]): Promise<unknown[]> {
    const places = values.map((value, index) => CLICKHOUSE.placeholder(index + 1, value));
    const texts = places.map((place) => `ifNull(toString(${place}), 'nothing')`);
    const [row] = await clickHouse.read({ sql: `SELECT [${texts.join(', ')}] AS texts`, values });
    return row.texts as never;
  }

  const mixed = (count: number): Value[] =>
    Array.from(
      { length: count },
      (_one, index) => [`text ${index}`, `it's \\ \t\n\r"`, '', index, -0.5, null, '\u{1F600}'][index % 7],
    );
  const textOf = (value: Value) => (value === null ? 'nothing' : String(value));

  it.each([1, 7, 500, 501, 2_000])('arrive as they are when there are %d', async (count) => {
    expect(await echoed(mixed(count))).toEqual(mixed(count).map(textOf));
  });

  it.each([
    ["it's \\ \t\n", 20_000],
    ['é', 70_000],
    ['\u{1F600}', 40_001],
    ['\u{1F600}a', 50_000],
  ])('arrive as they are when %j is repeated %d times', async (text, times) => {
    const values = ['before', text.repeat(times), 7, text.repeat(times - 1), 'after'];
    const echo = await echoed(values);
    // Without a picture of some hundred thousand characters where it fails.
    expect(echo.map((value, index) => value === String(values[index]))).toEqual([true, true, true, true, true]);
  });

  it('are refused where the statement would be longer than a server takes', async () => {
    await expect(echoed(mixed(8_000))).rejects.toThrow('The query is too large');
  });
});
