import { loader } from "./model.js";

export { ScorewayError } from "./errors.js";
export { Model } from "./model.js";
export { hasSimd } from "./engine.js";

export const load = loader(new URL("./scoreway.wasm", import.meta.url), new URL("./scoreway-simd.wasm", import.meta.url));
