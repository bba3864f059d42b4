declare module '*.css';
declare module '*.svg' {
  const address: string;
  export default address;
}
/** A worker's own address: Vite builds it apart. */
declare module '*?worker&url' {
  const address: string;
  export default address;
}
/** Where Vite puts a file of data: asked for when it is wanted. */
declare module '*.json?url' {
  const address: string;
  export default address;
}
