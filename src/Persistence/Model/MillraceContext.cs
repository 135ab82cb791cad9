using Microsoft.EntityFrameworkCore;

namespace Millrace.Persistence.Model;

/// <summary>The schema. The stores read and write by SQL, and not through it.</summary>
internal abstract class MillraceContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Generation> Generations => Set<Generation>();
    public DbSet<Chunk> Chunks => Set<Chunk>();
    public DbSet<Worker> Workers => Set<Worker>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<SessionChange> SessionChanges => Set<SessionChange>();
    public DbSet<Step> Steps => Set<Step>();
    public DbSet<StoredToolCall> ToolCalls => Set<StoredToolCall>();
    public DbSet<RemoteTool> Tools => Set<RemoteTool>();
    public DbSet<Cancellation> Cancellations => Set<Cancellation>();
    public DbSet<Content> Contents => Set<Content>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<ApiKeyUse> ApiKeyUses => Set<ApiKeyUse>();
    public DbSet<Webhook> Webhooks => Set<Webhook>();
    public DbSet<Budget> Budgets => Set<Budget>();
    public DbSet<Reservation> Reservations => Set<Reservation>();
    public DbSet<RateBudget> RateBudgets => Set<RateBudget>();
    public DbSet<CallPermit> CallPermits => Set<CallPermit>();
    public DbSet<AccountStop> AccountStops => Set<AccountStop>();
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    public DbSet<SharedAnswer> SharedAnswers => Set<SharedAnswer>();
    public DbSet<AnswerWait> AnswerWaits => Set<AnswerWait>();
    public DbSet<Batch> Batches => Set<Batch>();
    public DbSet<BatchLine> BatchLines => Set<BatchLine>();
    public DbSet<BatchLane> BatchLanes => Set<BatchLane>();
    public DbSet<BulkLane> BulkLanes => Set<BulkLane>();
    public DbSet<StoredFile> Files => Set<StoredFile>();
    public DbSet<FilePart> FileParts => Set<FilePart>();
    public DbSet<InFlight> InFlight => Set<InFlight>();
    public DbSet<PoisonRecord> PoisonRecords => Set<PoisonRecord>();

    /// <summary>
    /// <c>json</c> and not <c>jsonb</c>: what a model or a user wrote is kept byte for byte, and <c>jsonb</c> refuses U+0000.
    /// </summary>
    protected virtual string JsonType => "json";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Generation>(row =>
        {
            row.Property(g => g.Request).HasColumnType(JsonType);
            row.Property(g => g.Failures).HasColumnType(JsonType);
            row.Property(g => g.Outcome).HasColumnType(JsonType);
            row.HasIndex(g => new { g.State, g.Lane, g.NudgedAt })
                .HasFilter("announced_at IS NULL").HasDatabaseName("ix_generations_live");
            row.HasIndex(g => g.NotBefore)
                .HasFilter($"state = '{GenerationState.Parked}'").HasDatabaseName("ix_generations_parked");
            row.HasIndex(g => g.NotAfter)
                .HasFilter("announced_at IS NULL AND not_after IS NOT NULL").HasDatabaseName("ix_generations_expiring");
            row.HasIndex(g => new { g.SessionId, g.Turn })
                .HasFilter("finished_at IS NULL AND turn IS NOT NULL").HasDatabaseName("ix_generations_turns");
            row.HasIndex(g => g.SessionId)
                .HasFilter("session_id IS NOT NULL").HasDatabaseName("ix_generations_of_session");
            row.HasIndex(g => new { g.Tenant, g.ReceivedAt, g.Id }).HasDatabaseName("ix_generations_listed");
            row.HasIndex(g => g.FinishedAt)
                .HasFilter("log_removed_at IS NULL").HasDatabaseName("ix_generations_finished");
            row.HasIndex(g => new { g.Lane, g.Tenant, g.ReceivedAt })
                .HasFilter($"state = '{GenerationState.Held}'").HasDatabaseName("ix_generations_held");
            row.HasIndex(g => g.ErasedAt).HasFilter("erased_at IS NOT NULL").HasDatabaseName("ix_generations_erased");
        });
        modelBuilder.Entity<Chunk>(row =>
        {
            row.HasKey(c => new { c.GenerationId, c.Sequence });
            row.Property(c => c.Payload).HasColumnType(JsonType);
        });
        modelBuilder.Entity<Session>(row =>
        {
            row.Property(s => s.Settings).HasColumnType(JsonType);
            row.HasIndex(s => new { s.Tenant, s.UpdatedAt, s.Id });
            row.Property(s => s.Bytes).HasDefaultValue(0L);
        });
        modelBuilder.Entity<Message>(row =>
        {
            row.HasKey(m => new { m.SessionId, m.Ordinal });
            row.HasIndex(m => new { m.SessionId, m.SourceId, m.Position }).IsUnique();
            row.Property(m => m.Content).HasColumnType(JsonType);
        });
        modelBuilder.Entity<Step>(row =>
        {
            row.HasKey(s => new { s.GenerationId, s.Number });
            row.Property(s => s.Content).HasColumnType(JsonType);
            row.Property(s => s.Usage).HasColumnType(JsonType);
        });
        modelBuilder.Entity<StoredToolCall>(row =>
        {
            row.HasKey(c => new { c.GenerationId, c.CallId });
            row.HasIndex(c => new { c.SessionId, c.RequestedAt });
            row.HasIndex(c => c.RequestedAt)
                .HasFilter($"state = '{ToolCallState.Approving}'").HasDatabaseName("ix_tool_calls_approving");
            row.Property(c => c.Arguments).HasColumnType(JsonType);
            row.Property(c => c.Result).HasColumnType(JsonType);
            row.Property(c => c.Error).HasColumnType(JsonType);
        });
        modelBuilder.Entity<RemoteTool>(row =>
        {
            row.HasKey(t => t.Name);
            row.Property(t => t.Definition).HasColumnType(JsonType);
        });
        modelBuilder.Entity<SessionChange>().HasKey(c => c.RequestId);
        modelBuilder.Entity<SessionChange>().HasIndex(c => c.MadeAt);
        modelBuilder.Entity<Worker>().HasIndex(w => w.HeartbeatAt);
        modelBuilder.Entity<Cancellation>().HasKey(c => c.GenerationId);
        modelBuilder.Entity<Cancellation>().HasIndex(c => c.RequestedAt);
        modelBuilder.Entity<Content>().HasIndex(c => c.UsedAt);
        modelBuilder.Entity<Content>().HasIndex(c => new { c.Tenant, c.Id });
        modelBuilder.Entity<ApiKey>().HasIndex(k => k.Prefix).IsUnique();
        modelBuilder.Entity<ApiKeyUse>().HasKey(u => u.GenerationId);
        modelBuilder.Entity<ApiKeyUse>().HasIndex(u => new { u.KeyId, u.MadeAt });
        modelBuilder.Entity<ApiKeyUse>().HasIndex(u => u.MadeAt);
        modelBuilder.Entity<Budget>().HasKey(b => b.Key);
        modelBuilder.Entity<Reservation>().HasKey(r => new { r.GenerationId, r.BudgetKey });
        modelBuilder.Entity<RateBudget>().HasKey(b => b.Scope);
        modelBuilder.Entity<CallPermit>().HasKey(p => new { p.Scope, p.WorkerId });
        modelBuilder.Entity<AccountStop>().HasKey(s => s.Account);
        modelBuilder.Entity<SharedAnswer>().HasKey(a => a.Key);
        modelBuilder.Entity<SharedAnswer>().HasIndex(a => a.GenerationId);
        modelBuilder.Entity<SharedAnswer>().HasIndex(a => a.MadeAt);
        modelBuilder.Entity<AnswerWait>().HasKey(w => w.GenerationId);
        modelBuilder.Entity<AnswerWait>().HasIndex(w => w.Key);
        modelBuilder.Entity<Webhook>().HasIndex(w => w.Tenant);
        modelBuilder.Entity<WebhookDelivery>(row =>
        {
            // In this order: erasing looks for a generation's
            row.HasIndex(d => new { d.GenerationId, d.WebhookId }).IsUnique();
            row.HasIndex(d => new { d.WebhookId, d.CreatedAt });
            row.HasIndex(d => d.NextAttemptAt)
                .HasFilter($"state = '{WebhookDeliveryState.Pending}'").HasDatabaseName("ix_webhook_deliveries_pending");
            row.HasIndex(d => new { d.WebhookId, d.NextAttemptAt })
                .HasFilter($"state = '{WebhookDeliveryState.Pending}'").HasDatabaseName("ix_webhook_deliveries_due");
            row.HasIndex(d => d.CreatedAt)
                .HasFilter($"state <> '{WebhookDeliveryState.Pending}'").HasDatabaseName("ix_webhook_deliveries_ended");
            row.Property(d => d.Payload).HasColumnType(JsonType);
            row.Property(d => d.Log).HasColumnType(JsonType);
        });
        modelBuilder.Entity<InFlight>().HasKey(f => f.WorkerId);
        modelBuilder.Entity<PoisonRecord>().HasKey(p => p.Subject);
        CreateBatches(modelBuilder);
    }

    private void CreateBatches(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Batch>(row =>
        {
            row.Property(b => b.Defaults).HasColumnType(JsonType);
            row.Property(b => b.Metadata).HasColumnType(JsonType);
            row.Property(b => b.Faults).HasColumnType(JsonType);
            row.HasIndex(b => new { b.Tenant, b.CreatedAt, b.Id });
            row.HasIndex(b => b.CreatedAt).HasFilter("announced_at IS NULL").HasDatabaseName("ix_batches_live");
        });
        modelBuilder.Entity<BatchLine>(row =>
        {
            row.HasKey(l => new { l.BatchId, l.Number });
            row.Property(l => l.Request).HasColumnType(JsonType);
            row.HasIndex(l => new { l.BatchId, l.CustomId }).IsUnique();
            row.HasIndex(l => new { l.BatchId, l.Lane, l.Model, l.Number })
                .HasFilter($"state = '{BatchLineState.Pending}'").HasDatabaseName("ix_batch_lines_pending");
            row.HasIndex(l => l.BatchId)
                .HasFilter($"state = '{BatchLineState.Released}'").HasDatabaseName("ix_batch_lines_released");
            row.HasIndex(l => new { l.BatchId, l.State, l.Position })
                .HasFilter("position IS NOT NULL").HasDatabaseName("ix_batch_lines_ended");
        });
        modelBuilder.Entity<BatchLane>().HasKey(l => new { l.BatchId, l.Lane, l.Model });
        modelBuilder.Entity<BatchLane>().HasIndex(l => l.Lane)
            .HasFilter("pending > 0").HasDatabaseName("ix_batch_lanes_pending");
        modelBuilder.Entity<BulkLane>().HasKey(l => l.Lane);
        modelBuilder.Entity<StoredFile>().HasIndex(f => new { f.Tenant, f.CreatedAt, f.Id });
        modelBuilder.Entity<StoredFile>().HasIndex(f => f.ExpiresAt)
            .HasFilter("expires_at IS NOT NULL").HasDatabaseName("ix_files_expiring");
        modelBuilder.Entity<FilePart>().HasKey(p => new { p.FileId, p.Number });
    }
}
