/** An error as Toggl mostly writes it: a JSON string. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  return new Response(`${JSON.stringify(message)}\n`, {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** An error page of the proxy in front of Toggl. */
export function nginxPage(status: number, reason: string, headers: Record<string, string> = {}): Response {
  const page = `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return new Response(page, { status, headers: { "content-type": "text/html", ...headers } });
}
