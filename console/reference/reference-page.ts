import { exampleOf, requestExample } from "./example.ts";
import { type Html, html, sentence } from "./html.ts";
import { type Answer, type OpenApi, type Route, resolved, routesOf, type Schema } from "./openapi.ts";
import { fieldList, schemaBody, typeOf } from "./schema-html.ts";

/** What is known of a problem's code besides its name. */
export interface KnownProblem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
}

/**
 * The API's reference as one page of plain HTML, which needs no script: every operation, schema and problem of an OpenAPI
 * description.
 */
export function referencePage(document: OpenApi, problems: readonly KnownProblem[]): string {
  const { title, version, summary } = document.info;
  const routes = routesOf(document);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>API reference · Toggl Insights</title>
<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg" />
<link rel="stylesheet" href="/assets/reference.css" />
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><p class="brand">Toggl Insights</p><nav aria-label="Contents">${contents(document, routes)}</nav></header>
<main id="content">
<h1>API reference</h1>
<p class="lead">${summary ?? title} Version ${version}.</p>
<p>The same for programs: <code>GET /openapi.json</code> (OpenAPI 3.1).</p>
${security(document)}
${tagsOf(document).map(
  ({ name, description }) => html`<section aria-labelledby="tag-${slug(name)}">
<h2 id="tag-${slug(name)}">${name}</h2>
${description && html`<p>${sentence(description)}</p>`}
${routes.filter(({ tags = [] }) => tags.includes(name)).map((route) => operation(document, route))}
</section>
`,
)}
<section aria-labelledby="problems"><h2 id="problems">Problems</h2>
<p>Every error is <code>application/problem+json</code> (RFC 9457), a ${typeOf({ $ref: "#/components/schemas/Problem" })}. Programs go by its <code>code</code>, people by its <code>detail</code>.</p>
${problemList(document, problems)}</section>
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${Object.entries(document.components.schemas).map(([name, schema]) => schemaPanel(document, name, schema))}
</section>
</main>
</body>
</html>
`;
  return page.text;
}

function tagsOf(document: OpenApi): { readonly name: string; readonly description?: string }[] {
  const used = new Set(routesOf(document).flatMap(({ tags = [] }) => tags));
  return (document.tags ?? [...used].map((name) => ({ name }))).filter(({ name }) => used.has(name));
}

const slug = (name: string) => name.toLowerCase().replaceAll(/\W+/g, "-");

function contents(document: OpenApi, routes: readonly Route[]): Html {
  const group = (id: string, title: string, links: Html[]) =>
    html`<li><a href="#${id}">${title}</a>${links.length > 0 && html`<ul>${links}</ul>`}</li>`;
  const link = ({ operationId, summary }: Route) => html`<li><a href="#${operationId}">${summary}</a></li>`;
  return html`<details open><summary>Contents</summary><ul>${tagsOf(document).map(({ name }) =>
    group(`tag-${slug(name)}`, name, routes.filter(({ tags = [] }) => tags.includes(name)).map(link)),
  )}${group("problems", "Problems", [])}${group("schemas", "Schemas", [])}</ul></details>`;
}

function security({ components: { securitySchemes = {} } }: OpenApi): Html {
  const ways = Object.entries(securitySchemes).map(
    ([name, { description }]) => html`<li><code>${name}</code>: ${sentence(description)}</li>`,
  );
  return html`${ways.length > 0 && html`<p>Callers of a deployed API show who they are in one of these ways:</p><ul>${ways}</ul>`}`;
}

function operation(document: OpenApi, route: Route): Html {
  const { operationId, method, path, summary, description, parameters = [], requestBody, responses } = route;
  const body = bodySchema(requestBody?.content);
  return html`<article class="panel" aria-labelledby="${operationId}">
<h3 id="${operationId}"><a class="anchor" href="#${operationId}">${summary}</a></h3>
<p class="route"><span class="method ${method.toLowerCase()}">${method}</span> <code>${pathHtml(path)}</code></p>
${description && html`<p>${sentence(description)}</p>`}
${
  parameters.length > 0 &&
  html`<h4>Parameters</h4>${fieldList(
    parameters.map(({ name, in: place, required = false, description: what, schema }) => ({
      name,
      schema,
      required,
      description: what,
      place,
    })),
  )}`
}
${body && html`<h4>Body</h4><p>${typeOf(body)}${!requestBody?.required && ", may be left out"}</p>${schemaBody(resolved(document, body))}`}
<h4>Answers</h4>
<dl class="answers">${Object.entries(responses).map(([status, answer]) => answerEntry(document, status, answer))}</dl>
<h4>Example</h4>
<pre><code>${curl(document, route, body)}</code></pre>
${exampleAnswer(document, responses)}
</article>
`;
}

/** A path may break behind its slashes, and nowhere else. */
const pathHtml = (path: string) => path.split(/(?<=\/)/).map((part) => html`${part}<wbr />`);

function bodySchema(content: Answer["content"]): Schema | undefined {
  return Object.values(content ?? {})[0]?.schema;
}

function answerEntry(document: OpenApi, status: string, given: Answer): Html {
  const answer = resolved(document, given);
  const schema = bodySchema(answer.content);
  const [type] = Object.keys(answer.content ?? {});
  const headers = Object.entries(answer.headers ?? {}).map(
    ([name, header]) => html`<li><code>${name}</code>: ${sentence(resolved(document, header).description)}</li>`,
  );
  return html`<dt><span class="status s${status[0] ?? ""}">${status}</span></dt>
<dd><p>${sentence(answer.description)}${schema && html` ${typeOf(schema)}`}${
    type && type !== "application/json" && html` <span class="place">${type}</span>`
  }</p>${headers.length > 0 && html`<ul>${headers}</ul>`}</dd>
`;
}

/** Stands for the API's address, until the page is served. */
export const exampleAddress = "http://127.0.0.1:3000";

/** As somebody types it for `npm start`. */
function curl(document: OpenApi, { method, path, parameters = [] }: Route, body: Schema | undefined): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((one) => one.name === name);
    return name === "workspace_id"
      ? "1234567"
      : String(parameter ? namedExample(document, parameter.schema, name) : name);
  });
  const address = `curl -s ${exampleAddress}${filled}`;
  if (method !== "POST") return method === "HEAD" ? `${address} -I` : address;
  return `${address} \\\n  -d '${JSON.stringify(body ? requestExample(document, body) : {})}'`;
}

function namedExample(document: OpenApi, schema: Schema, name: string): unknown {
  const example = exampleOf(document, schema, name);
  return example === "…" ? name.toUpperCase() : example;
}

function exampleAnswer(document: OpenApi, responses: Route["responses"]): Html | undefined {
  const [status, given] = Object.entries(responses).find(([code]) => code.startsWith("2")) ?? [];
  const schema = bodySchema(given && resolved(document, given).content);
  if (!status || !schema) return undefined;
  const json = JSON.stringify(exampleOf(document, schema), null, 2);
  return html`<details><summary>What a ${status} looks like</summary><pre><code>${json}</code></pre></details>`;
}

function problemList(document: OpenApi, problems: readonly KnownProblem[]): Html {
  const codes = (document.components.schemas.Problem?.properties?.code?.enum ?? []).map(String);
  return html`<dl class="problems">${codes.map((code) => {
    const known = problems.find((problem) => problem.code === code);
    return html`<dt id="problem-${code}"><a class="anchor" href="#problem-${code}"><code>${code}</code></a>${
      known && html` <span class="status s${String(known.status)[0] ?? ""}">${known.status}</span>`
    }${known?.retryable && html` <span class="place">retryable</span>`}</dt>
<dd>${known?.title ?? "API Gateway's own answer"}.</dd>
`;
  })}</dl>`;
}

function schemaPanel(document: OpenApi, name: string, schema: Schema): Html {
  return html`<article class="panel" aria-labelledby="schema-${name}">
<h3 id="schema-${name}"><a class="anchor" href="#schema-${name}">${name}</a></h3>
${schema.description && html`<p>${sentence(schema.description)}</p>`}
${schemaBody(resolved(document, schema))}
</article>
`;
}
