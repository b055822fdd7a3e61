import { createHash } from "node:crypto";
import sax from "sax";
import { AwsError } from "../aws/aws-error.ts";
import { headerOf, refuseOtherDigest, type S3Request } from "./s3-request.ts";

/** An element of a request's XML body, without its namespace. */
export interface Element {
  readonly name: string;
  /** What stands in it besides other elements. */
  text: string;
  readonly children: Element[];
}

/** As much as a thousand keys of 1,024 bytes, each escaped and with its elements, take. */
const maxBytes = 8 * 1024 ** 2;

/**
 * Reads a request's body as XML.
 * @param root what its outermost element has to be
 * @throws AwsError `MalformedXML`, or that the body is not the one that was announced
 */
export async function xmlBody(request: S3Request, root: string): Promise<Element> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request.message) {
    bytes += piece.length;
    if (bytes > maxBytes) throw malformed();
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  const signedHash = headerOf(request, "x-amz-content-sha256") ?? "";
  const sha256 = createHash("sha256").update(body).digest();
  if (/^[0-9a-f]{64}$/.test(signedHash) && signedHash !== sha256.toString("hex")) {
    throw new AwsError(400, "XAmzContentSHA256Mismatch", "The provided x-amz-content-sha256 does not match the body.");
  }
  refuseOtherDigest(headerOf(request, "x-amz-checksum-sha256"), sha256);
  refuseOtherDigest(headerOf(request, "content-md5"), createHash("md5").update(body).digest());
  const element = parsed(body.toString("utf8"));
  if (element?.name !== root) throw malformed();
  return element;
}

/** The texts of an element's children of one name. */
export function textsOf({ children }: Element, name: string): string[] {
  return children.filter((child) => child.name === name).map(({ text }) => text);
}

/** @throws AwsError `MalformedXML` unless the element has one such child */
export function textOf(element: Element, name: string): string {
  const [text, ...more] = textsOf(element, name);
  if (text === undefined || more.length > 0) throw malformed();
  return text;
}

export function malformed(): AwsError {
  const message = "The XML you provided was not well-formed or did not validate against our published schema.";
  return new AwsError(400, "MalformedXML", message);
}

function parsed(text: string): Element | undefined {
  const parser = sax.parser(true);
  const document: Element = { name: "", text: "", children: [] };
  const open = [document];
  parser.onerror = () => {
    throw malformed();
  };
  parser.ondoctype = () => {
    throw malformed();
  };
  parser.onopentag = ({ name }) => {
    const element: Element = { name: name.replace(/^.*:/, ""), text: "", children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  };
  parser.onclosetag = () => open.pop();
  const add = (piece: string) => {
    const element = open.at(-1);
    if (element) element.text += piece;
  };
  parser.ontext = add;
  parser.oncdata = add;
  parser.write(text).close();
  return document.children[0];
}
