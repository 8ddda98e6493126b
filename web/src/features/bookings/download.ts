/** Hands a file to whoever looks at the page. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this task; a minute is more than it needs to begin.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
