/** Has the browser save something that was made on the page. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  followDownload(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Follows a link to a file as though it had been clicked. */
export function followDownload(address: string, name = ""): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
