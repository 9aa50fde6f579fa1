// What the report room gives to programs: pictures of what `gradus` explains.
export { diagramSvg, diagramText } from "./diagram.ts";
export { errorCurveSvg } from "./errorcurve.ts";
export { errorPlot } from "./errorplot.ts";
