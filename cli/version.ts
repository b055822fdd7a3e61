import settings from "../package.json" with { type: "json" };

/** The product's version, which is that of its command. */
export const { version } = settings;
