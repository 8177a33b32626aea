// An outside judge of the log: golang.org/x/mod, which the portal's code knows nothing of, opens
// the checkpoint, checks both proofs and reads the tiles. It ends with 0 when all of it holds.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type evidence struct {
	Key         string            `json:"key"`
	Checkpoint  string            `json:"checkpoint"`
	Entry       []byte            `json:"entry"`
	Index       int64             `json:"index"`
	Inclusion   []tlog.Hash       `json:"inclusion"`
	OldSize     int64             `json:"old_size"`
	OldRoot     tlog.Hash         `json:"old_root"`
	Consistency []tlog.Hash       `json:"consistency"`
	Tiles       map[string][]byte `json:"tiles"`
}

func (e *evidence) Height() int { return height }

func (e *evidence) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func (e *evidence) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
		data, ok := e.Tiles[path]
		if !ok {
			return nil, fmt.Errorf("tile %s was not served", path)
		}
		found[i] = data
	}
	return found, nil
}

func main() {
	var e evidence
	must("input", json.NewDecoder(os.Stdin).Decode(&e))
	verifier, err := note.NewVerifier(e.Key)
	must("key", err)
	opened, err := note.Open([]byte(e.Checkpoint), note.VerifierList(verifier))
	must("note", err)
	tree, err := treeOf(opened.Text, verifier.Name())
	must("checkpoint", err)
	leaf := tlog.RecordHash(e.Entry)
	must("inclusion", tlog.CheckRecord(e.Inclusion, tree.N, tree.Hash, e.Index, leaf))
	must("consistency", tlog.CheckTree(e.Consistency, tree.N, tree.Hash, e.OldSize, e.OldRoot))

	reader := tlog.TileHashReader(tree, &e)
	stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, e.Index)})
	must("tiles", err)
	if stored[0] != leaf {
		must("tiles", fmt.Errorf("another entry stands at %d", e.Index))
	}
	must("tiles", everyTile(&e, tree))
	proof, err := tlog.ProveRecord(tree.N, e.Index, reader)
	must("tiles", err)
	must("tiles", tlog.CheckRecord(proof, tree.N, tree.Hash, e.Index, leaf))
	fmt.Println("accepted")
}

// everyTile builds the tree anew from the hashes of all entries and compares every tile with it.
func everyTile(e *evidence, tree tlog.Tree) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	var tiles []tlog.Tile
	for level, count := 0, tree.N; count > 0; level, count = level+1, count>>height {
		for n := int64(0); n<<height < count; n++ {
			width := 1 << height
			if left := int(count - n<<height); left < width {
				width = left
			}
			tiles = append(tiles, tlog.Tile{H: height, L: level, N: n, W: width})
		}
	}
	for _, tile := range tiles {
		if tile.L != 0 {
			continue
		}
		data, err := e.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return err
		}
		for at := 0; at < tile.W; at++ {
			var hash tlog.Hash
			copy(hash[:], data[0][at*tlog.HashSize:])
			n := tile.N<<height + int64(at)
			added, err := tlog.StoredHashesForRecordHash(n, hash, reader)
			if err != nil {
				return err
			}
			stored = append(stored, added...)
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil || root != tree.Hash {
		return fmt.Errorf("the entries lead to another root (%v)", err)
	}
	for _, tile := range tiles {
		served, err := e.ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return err
		}
		expected, err := tlog.ReadTileData(tile, reader)
		if err != nil || !bytes.Equal(served[0], expected) {
			return fmt.Errorf("%s holds other hashes (%v)", tile.Path(), err)
		}
	}
	return nil
}

// treeOf reads the three lines of a checkpoint; tlog.ParseTree knows only Go's own origin.
func treeOf(text, origin string) (tree tlog.Tree, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] != origin || lines[3] != "" {
		return tree, fmt.Errorf("not a checkpoint of %s", origin)
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("malformed root")
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

func must(what string, err error) {
	if err != nil {
		fmt.Printf("%s: %v\n", what, err)
		os.Exit(1)
	}
}
