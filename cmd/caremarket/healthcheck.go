package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

type healthcheckCommand struct {
	Admin   string        `help:"Admin address of the process." default:"127.0.0.1:9091" placeholder:"ADDR"`
	Timeout time.Duration `help:"How long to wait for an answer." default:"3s"`
}

// Run succeeds when the process is ready, and says what it waits for when not.
func (c healthcheckCommand) Run(ctx context.Context, o output) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Admin+"/readyz", http.NoBody)
	if err != nil {
		return fmt.Errorf("--admin %q is no address: %w", c.Admin, err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("no process answers at %s: %w", c.Admin, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", c.Admin, err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", strings.TrimSpace(string(text)))
	}
	_, err = o.out.Write(text)
	return err
}
