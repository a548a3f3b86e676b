export { MatrixSearch } from "./search.ts";
