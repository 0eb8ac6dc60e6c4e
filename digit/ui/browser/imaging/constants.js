// The numbers that these modules share with digit/imaging: its constants.json.

const address = new URL("constants.json", import.meta.url);
const response = await fetch(address);
if (!response.ok) throw new Error(`${address.pathname}: status ${response.status}`);

/** @type {typeof import("../../../imaging/constants.json")} */
const constants = await response.json();
export default constants;
