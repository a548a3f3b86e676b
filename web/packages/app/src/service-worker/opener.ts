// A script of the service worker beside its own (worker.ts): most starts do without it.
import { openerFrom } from "@herold/matrix-engine/opener";

Object.assign(self, { openerFrom });
