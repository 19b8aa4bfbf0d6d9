/** A file of the page as it is sent. */
export interface PageFile {
  readonly text: string;
  readonly type: string;
  readonly etag: string;
}
