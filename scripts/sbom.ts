import { execFileSync } from "node:child_process";
import { endWithReader, jsonText, printText } from "../cli/output.ts";

endWithReader();

interface Component {
  readonly "bom-ref": string;
  readonly properties?: readonly { readonly name: string }[];
}

interface Bom {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/**
 * The software bill of materials of what the deployed bundles are made from: npm's own list, less what is for
 * development. `npm sbom --omit dev` also omits what both need (npm 11.19).
 */
const whole: Bom = JSON.parse(execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], { encoding: "utf8" }));
const isDevelopment = ({ properties = [] }: Component) =>
  properties.some(({ name }) => name === "cdx:npm:package:development");
const omitted = new Set(whole.components.filter(isDevelopment).map((component) => component["bom-ref"]));
const components = whole.components.filter((component) => !omitted.has(component["bom-ref"]));
const dependencies = whole.dependencies
  .filter(({ ref }) => !omitted.has(ref))
  .map((one) => ({ ...one, dependsOn: one.dependsOn?.filter((ref) => !omitted.has(ref)) ?? [] }));
printText(jsonText({ ...whole, components, dependencies }, 2));
