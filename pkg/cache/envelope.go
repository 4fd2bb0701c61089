package cache

import (
	"bytes"
	"encoding/binary"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/caremarket/caremarket/pkg/revision"
)

// entry is an answer that is kept. It is never changed.
type entry struct {
	body     []byte
	mark     revision.Mark
	loadedAt time.Time
}

// A value in Redis is a header and the body. All numbers are big-endian.
//
//	0  magic, which names this layout
//	4  when the body was worked out, microseconds since 1970
//	12 length of the body
//	20 xxHash64 of the key, the 20 bytes before, and the body
const (
	magic      = "cma1"
	headerSize = 28
)

// seal writes an entry as the value of a key.
func seal(key string, e *entry) []byte {
	value := make([]byte, headerSize, headerSize+len(e.body))
	copy(value, magic)
	binary.BigEndian.PutUint64(value[4:], uint64(e.loadedAt.UnixMicro()))
	binary.BigEndian.PutUint64(value[12:], uint64(len(e.body)))
	binary.BigEndian.PutUint64(value[20:], checksum(key, value[:20], e.body))
	return append(value, e.body...)
}

// open reads what seal wrote for this key and mark; false for anything else.
func open(key string, at revision.Mark, value []byte) (*entry, bool) {
	if len(value) < headerSize || !bytes.HasPrefix(value, []byte(magic)) {
		return nil, false
	}
	header, body := value[:headerSize], value[headerSize:]
	if binary.BigEndian.Uint64(header[12:]) != uint64(len(body)) ||
		binary.BigEndian.Uint64(header[20:]) != checksum(key, header[:20], body) {
		return nil, false
	}
	loadedAt := time.UnixMicro(int64(binary.BigEndian.Uint64(header[4:])))
	return &entry{body: body, mark: at, loadedAt: loadedAt}, true
}

func checksum(key string, header, body []byte) uint64 {
	digest := xxhash.New() // its writes cannot fail
	_, _ = digest.WriteString(key)
	_, _ = digest.Write(header)
	_, _ = digest.Write(body)
	return digest.Sum64()
}
