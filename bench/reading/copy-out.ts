import type { Client } from 'pg';

/** Runs `COPY … TO STDOUT`, and resolves to how many bytes came. */
export function copyOut(client: Client, sql: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const nothing = () => undefined;
    client.query({
      submit: (connection: { query(text: string): void }) => connection.query(sql),
      handleRowDescription: nothing,
      handleDataRow: nothing,
      handlePortalSuspended: nothing,
      handleEmptyQuery: nothing,
      handleCommandComplete: nothing,
      handleCopyInResponse: nothing,
      handleCopyData: ({ chunk }: { chunk: Buffer }) => void (bytes += chunk.length),
      handleReadyForQuery: () => resolve(bytes),
      handleError: (error: Error) => reject(error),
    } as never);
  });
}
