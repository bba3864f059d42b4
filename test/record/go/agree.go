// What another implementation says of our tiles, proofs, checkpoints and cosignatures: Go's golang.org/x/mod/sumdb (tlog and
// note), the one that the formats come from. Reads a folder of static files and claims.json beside them; prints what it makes
// of its own for us to verify, or fails at the first difference.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type claims struct {
	LogKey     string `json:"logKey"`
	WitnessKey string `json:"witnessKey"`
	// Inclusion proofs by leaf, consistency proofs by old size: what ours made.
	Inclusion   map[string][]tlog.Hash `json:"inclusion"`
	Consistency map[string][]tlog.Hash `json:"consistency"`
	OldRoots    map[string]tlog.Hash   `json:"oldRoots"`
	Paths       []struct {
		Level, Width int
		Index        int64
		Path         string
	} `json:"paths"`
}

func main() {
	folder := os.Args[1]
	var claimed claims
	must(json.Unmarshal(read(folder, "claims.json"), &claimed))
	tree := openCheckpoint(folder, claimed)
	checkTree(folder, tree, claimed)
	for _, p := range claimed.Paths {
		tile := tlog.Tile{H: 8, L: p.Level, N: p.Index, W: p.Width}
		same("path", p.Path, strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
	}
	must(json.NewEncoder(os.Stdout).Encode(ownNote(tree)))
}

// openCheckpoint opens the checkpoint with the log's and the witness's keys; both must have signed.
func openCheckpoint(folder string, claimed claims) tlog.Tree {
	log, err := note.NewVerifier(claimed.LogKey)
	must(err)
	opened, err := note.Open(read(folder, "checkpoint"), note.VerifierList(log, witnessOf(claimed.WitnessKey)))
	must(err)
	same("signatures", 2, len(opened.Sigs))
	lines := strings.Split(opened.Text, "\n")
	same("origin", log.Name(), lines[0])
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

// checkTree reads everything through TileHashReader, which compares each tile with the root.
func checkTree(folder string, tree tlog.Tree, claimed claims) {
	hashes := tlog.TileHashReader(tree, &files{folder})
	for text, ours := range claimed.Inclusion {
		leaf := number(text)
		proof, err := tlog.ProveRecord(tree.N, leaf, hashes)
		must(err)
		sameProof("inclusion of "+text, proof, ours)
		leaves, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, leaf)})
		must(err)
		must(tlog.CheckRecord(tlog.RecordProof(ours), tree.N, tree.Hash, leaf, leaves[0]))
	}
	for text, ours := range claimed.Consistency {
		old := number(text)
		proof, err := tlog.ProveTree(tree.N, old, hashes)
		must(err)
		sameProof("consistency from "+text, proof, ours)
		must(tlog.CheckTree(tlog.TreeProof(ours), tree.N, tree.Hash, old, claimed.OldRoots[text]))
	}
	checkEntries(folder, tree, hashes)
}

func checkEntries(folder string, tree tlog.Tree, hashes tlog.HashReader) {
	for first := int64(0); first < tree.N; first += 256 {
		tile := tlog.Tile{H: 8, L: -1, N: first / 256, W: width(tree.N - first)}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		bundle := read(folder, path)
		for place := int64(0); place < int64(tile.W); place++ {
			length := binary.BigEndian.Uint16(bundle)
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, first+place)})
			must(err)
			same("entry", leaf[0], tlog.RecordHash(entry))
		}
		same("rest of "+path, 0, len(bundle))
	}
}

// ownNote signs the tree as a log and as a witness with keys of its own.
func ownNote(tree tlog.Tree) map[string]string {
	secret, key, err := note.GenerateKey(rand.Reader, "go.example/log")
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)
	text := fmt.Sprintf("go.example/log\n%d\n%s\n", tree.N, tree.Hash)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	must(err)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	id := keyID("go.example/witness", public)
	stamped := make([]byte, 12)
	copy(stamped, id)
	binary.BigEndian.PutUint64(stamped[4:], 1700000000)
	stamped = append(stamped, ed25519.Sign(private, []byte("cosignature/v1\ntime 1700000000\n"+text))...)
	line := "\u2014 go.example/witness " + base64.StdEncoding.EncodeToString(stamped) + "\n"
	vkey := fmt.Sprintf("go.example/witness+%x+%s", id, base64.StdEncoding.EncodeToString(append([]byte{4}, public...)))
	return map[string]string{"note": string(signed) + line, "logKey": key, "witnessKey": vkey}
}

// witness verifies cosignature/v1; x/mod knows the lines of notes and leaves other kinds of key to whoever asks.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func witnessOf(vkey string) *witness {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	same("type of key", byte(4), key[0])
	id := keyID(parts[0], key[1:])
	same("key id", parts[1], fmt.Sprintf("%x", id))
	return &witness{parts[0], binary.BigEndian.Uint32(id), key[1:]}
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.id }
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(w.key, append([]byte(head), msg...), sig[8:])
}

func keyID(name string, public []byte) []byte {
	sum := sha256.Sum256(append([]byte(name+"\n\x04"), public...))
	return sum[:4]
}

// files are tiles in a folder, named as tlog-tiles names them: without the height that Go's own paths have.
type files struct{ folder string }

func (f *files) Height() int                              { return 8 }
func (f *files) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (f *files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		data = append(data, read(f.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
	}
	return data, nil
}

func width(left int64) int {
	if left > 256 {
		return 256
	}
	return int(left)
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	must(err)
	return n
}

func sameProof(what string, theirs, ours []tlog.Hash) {
	same("length of "+what, len(theirs), len(ours))
	for i := range theirs {
		if !bytes.Equal(theirs[i][:], ours[i][:]) {
			must(fmt.Errorf("%s differs at %d", what, i))
		}
	}
}

func same[T comparable](what string, want, got T) {
	if want != got {
		must(fmt.Errorf("%s: %v here, %v there", what, want, got))
	}
}

func read(folder, path string) []byte {
	data, err := os.ReadFile(filepath.Join(folder, path))
	must(err)
	return data
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
