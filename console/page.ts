/** The console's page as the browser gets it. */
export interface Page {
  /** The document; `tokenPlace` in it stands for the token of this start. */
  readonly document: string;
  /** The API's reference, which needs no script. */
  readonly reference: string;
  /** What both load, by path; the names change with the contents. */
  readonly assets: ReadonlyMap<string, PageAsset>;
}

export interface PageAsset {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly gzipped: Uint8Array;
}

export const tokenPlace = "%CONSOLE_TOKEN%";
