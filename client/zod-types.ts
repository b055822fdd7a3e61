/**
 * As much of zod's types as ours are written in. The package has this in place of zod, which its types then need as
 * little as its programs do; what each type comes to is the same (test/docs/package.test.ts).
 */
export interface ZodMiniType<Output = unknown> {
  readonly _output: Output;
}

type Output<T> = T extends { readonly _output: infer O } ? O : never;

export type { Output as infer };

export type ZodMiniString<T = string> = ZodMiniType<T>;
export type ZodMiniISODate = ZodMiniType<string>;
export type ZodMiniISODateTime = ZodMiniType<string>;
export type ZodMiniURL = ZodMiniType<string>;
export type ZodMiniNumber<T = number> = ZodMiniType<T>;
export type ZodMiniInt = ZodMiniType<number>;
export type ZodMiniBoolean<T = boolean> = ZodMiniType<T>;
export type ZodMiniNull = ZodMiniType<null>;
export type ZodMiniLiteral<T> = ZodMiniType<T>;
export type ZodMiniArray<T> = ZodMiniType<Output<T>[]>;
export type ZodMiniReadonly<T> = ZodMiniType<Readonly<Output<T>>>;
export type ZodMiniNullable<T> = ZodMiniType<Output<T> | null>;
export type ZodMiniRecord<K, V> = ZodMiniType<Record<Output<K> & string, Output<V>>>;
export type ZodMiniUnion<T extends readonly unknown[]> = ZodMiniType<Output<T[number]>>;
export type ZodMiniDiscriminatedUnion<T extends readonly unknown[], _Discriminator> = ZodMiniType<Output<T[number]>>;

export interface ZodMiniOptional<T> extends ZodMiniType<Output<T> | undefined> {
  readonly isOptional: true;
}

type OptionalKeys<Shape> = {
  [K in keyof Shape]: Shape[K] extends { readonly isOptional: true } ? K : never;
}[keyof Shape];
type Flat<T> = { [K in keyof T]: T[K] };
type Fields<Shape> = Flat<
  { [K in keyof Shape as Exclude<K, OptionalKeys<Shape>>]: Output<Shape[K]> } & {
    [K in keyof Shape as Extract<K, OptionalKeys<Shape>>]?: Output<Shape[K]>;
  }
>;

export type ZodMiniObject<Shape, Others = unknown> = ZodMiniType<
  Others extends { readonly isLoose: true } ? Fields<Shape> & { [key: string]: unknown } : Fields<Shape>
>;

/** What becomes of fields that an object's schema does not name: `$strip` takes them away, `$loose` leaves them. */
export declare namespace core {
  interface $strip {
    readonly isLoose: false;
  }
  interface $loose {
    readonly isLoose: true;
  }
}
