using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Millrace.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Limits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "account_stops",
                columns: table => new
                {
                    account = table.Column<string>(type: "TEXT", nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_stops", x => x.account);
                });

            migrationBuilder.CreateTable(
                name: "call_permits",
                columns: table => new
                {
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    worker_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    wanted = table.Column<int>(type: "INTEGER", nullable: false),
                    granted = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_call_permits", x => new { x.scope, x.worker_id });
                });

            migrationBuilder.CreateTable(
                name: "rate_budgets",
                columns: table => new
                {
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    requests_at = table.Column<long>(type: "INTEGER", nullable: false),
                    tokens_at = table.Column<long>(type: "INTEGER", nullable: false),
                    bulk_at = table.Column<long>(type: "INTEGER", nullable: false),
                    park_at = table.Column<long>(type: "INTEGER", nullable: false),
                    bulk_park_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rate_budgets", x => x.scope);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_stops");

            migrationBuilder.DropTable(
                name: "call_permits");

            migrationBuilder.DropTable(
                name: "rate_budgets");
        }
    }
}
