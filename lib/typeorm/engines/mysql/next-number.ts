/** The number that AUTO_INCREMENT gives next, by what SHOW CREATE TABLE answers: no row that was deleted makes it smaller. */
export function nextNumber(created: readonly Record<string, string>[]): bigint {
  return BigInt(/\bAUTO_INCREMENT=(\d+)/.exec(created[0]['Create Table'])?.[1] ?? '1');
}
