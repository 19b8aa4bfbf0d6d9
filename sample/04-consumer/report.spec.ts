import type { StoredEvent } from 'nestjs-event-log';
import { Report } from './report.js';

function event(id: string, type = 'copied'): StoredEvent {
  return {
    id,
    type,
    entityType: 'message',
    messageId: 'm1',
    createdAt: '2026-01-02T03:04:05.678Z',
    projectId: null,
    integrationId: null,
    properties: null,
    userProperties: null,
  };
}

describe('Report', () => {
  it('counts an event once that is given twice, also among others', () => {
    const report = Report.EMPTY.with([event('1'), event('2', 'rated')], 100);
    const next = report.with([event('1'), event('2', 'rated'), event('3')], 100);
    expect(next.toString()).toMatch(/^ +2 message "copied"\n +1 message "rated"\n/);
    expect(next.total).toBe(3);
  });

  it('is the same when it is read, whatever a type is named', () => {
    const report = Report.EMPTY.with([event('1', 'two\nlines "and" quotes'), event('2', '__proto__')], 100);
    expect(Report.parse(report.toString())).toEqual(report);
  });

  it('remembers no more events than it is told', () => {
    const report = Report.EMPTY.with([event('1'), event('2')], 1);
    expect(report.with([event('1'), event('2')], 1).total).toBe(3);
  });
});
