import { seededRandom } from "./seeded-random.ts";

interface Client {
  readonly id: number;
  readonly name: string;
}

export interface Project {
  readonly id: number;
  readonly name: string;
  readonly clientId: number | null;
  readonly active: boolean;
  readonly created: string;
  readonly billable: boolean;
  /** In US dollars an hour. */
  readonly rate: number;
}

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly groupId: number;
  /** In US dollars an hour. */
  readonly labourCost: number;
  readonly projectIds: readonly number[];
}

interface Group {
  readonly id: number;
  readonly name: string;
}

/** An agency with a few dozen projects and people; among the names are those that break careless software. */
export interface Company {
  readonly clients: readonly Client[];
  readonly projects: readonly Project[];
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
}

const clientNames = [
  "Acme, Inc.",
  'Brinkmann "Bau" GmbH',
  "Café Zürich",
  "Dąbrowski & Synowie",
  "Emoji 🚀 Labs",
  '=HYPERLINK("http://example.com")',
  "Nordlys ApS",
  "東京デザイン",
  "O'Reilly & Sons",
  "Straße 7",
];

const subjects = [
  "Website",
  "Relaunch, phase 2",
  "App",
  "Brand 🎨",
  "Réseau",
  '"Quick" wins',
  "=SUM(A1:A9)",
  "Prüfung",
];
const kinds = ["", " 2024", " 2025", " 2026", " — support"];
const firstNames = [
  "Ada",
  "Björn",
  "Chloé",
  "Dmitri",
  "Emma",
  "Fatima",
  "Giulia",
  "Håkon",
  "Ines",
  "Jürgen",
  "Kaori",
  "Łukasz",
];
const lastNames = ["Lovelace", "Müller, Jr.", "O'Brien"];

const groupNames = ["Design & UX", "Entwicklung, Backend", "=Büro"];

export function makeCompany(seed: string): Company {
  const clients = clientNames.map((name, index) => ({ id: 501 + index, name }));
  const projects = subjects.flatMap((subject, row) =>
    kinds.map((kind, column): Project => {
      const random = (what: string) => seededRandom(seed, what, row, column);
      const client = clients[Math.floor(random("client") * (clients.length + 2))]; // some have none
      return {
        id: 1001 + row * kinds.length + column,
        name: `${subject}${kind}`,
        clientId: client?.id ?? null,
        active: random("active") < 0.8,
        created: `${2022 + Math.floor(random("year") * 2)}-0${1 + Math.floor(random("month") * 9)}-15`,
        billable: random("billable") < 0.7,
        rate: 60 + 10 * Math.floor(random("rate") * 10),
      };
    }),
  );
  const people = firstNames.flatMap((first, row) =>
    lastNames.slice(0, 2).map((last, column): Person => {
      const random = (what: string) => seededRandom(seed, what, row, column);
      const count = 2 + Math.floor(random("count") * 4);
      const offset = Math.floor(random("offset") * projects.length);
      return {
        id: 9001 + row * 2 + column,
        name: `${first} ${last}`,
        groupId: 71 + Math.floor(random("group") * groupNames.length),
        labourCost: 30 + 5 * Math.floor(random("cost") * 8),
        projectIds: projects.filter((_, at) => (at + offset) % 7 < count && at % 3 === row % 3).map(({ id }) => id),
      };
    }),
  );
  return { clients, projects, people, groups: groupNames.map((name, index) => ({ id: 71 + index, name })) };
}
